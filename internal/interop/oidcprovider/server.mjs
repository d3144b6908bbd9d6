// An authorization server for tests: oidc-provider with HTTPS on loopback.
//
// The first line on stdin is its configuration as JSON: certificate, key and ca
// in PEM, clients as OpenID Connect client metadata, refresh (the id of the
// client to make a refresh token for). It prints a line of JSON when it is
// ready, and one for each request answered. It ends when stdin does, so that
// nothing of it outlives the test.
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { createInterface } from 'node:readline';
import { Provider, errors } from 'oidc-provider';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

// A client's certificate comes by the connection, so only by the second listener.
const certificateOf = (ctx) => {
  const { raw } = ctx.socket.getPeerCertificate();
  return raw && new X509Certificate(raw);
};

const mutualTLS = {
  enabled: true,
  certificateBoundAccessTokens: true,
  selfSignedTlsClientAuth: true,
  tlsClientAuth: true,
  getCertificate: certificateOf,
  certificateAuthorized: (ctx) => ctx.socket.authorized,
  certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_san_dns'
    && certificateOf(ctx).checkHost(expected, { subject: 'never', wildcards: false }) === expected,
};

// Every URN is an API that wants JWTs; other URIs are unknown.
const resourceIndicators = {
  enabled: true,
  getResourceServerInfo: (ctx, resource) => {
    if (!resource.startsWith('urn:api:')) throw new errors.InvalidTarget();
    return {
      scope: 'read write', audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } },
    };
  },
};

function configuration({ clients }, mutual) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { privateKey: rsa } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const alias = (path) => `${mutual}/${path}`;
  return {
    clients,
    jwks: { keys: [rsa, privateKey].map((key) => key.export({ format: 'jwk' })) },
    cookies: { keys: ['a test has no browser'] },
    scopes: ['openid', 'offline_access', 'read', 'write'],
    ttl: { ClientCredentials: 600, AccessToken: 600, IdToken: 600, RefreshToken: 3600, Grant: 3600 },
    clientAuthMethods: [
      'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt',
      'tls_client_auth', 'self_signed_tls_client_auth', 'none',
    ],
    enabledJWA: {
      clientAuthSigningAlgValues: [
        'HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512',
        'ES256', 'ES384', 'ES512', 'EdDSA',
      ],
    },
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: alias('token'), revocation_endpoint: alias('token/revocation'),
      },
    },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: false,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: { enabled: true, allowedPolicy: (ctx, client, token) => token.clientId === client.clientId },
      mTLS: mutualTLS,
      resourceIndicators,
    },
  };
}

// Token exchange (RFC 8693) is no part of oidc-provider. The grant is ours;
// client authentication and the tokens are the library's.
async function exchange(ctx) {
  const { ClientCredentials } = ctx.oidc.provider;
  const { params, client } = ctx.oidc;
  const known = async (name) => {
    if (params[`${name}_type`] !== ACCESS_TOKEN_TYPE) throw new errors.InvalidRequest(`${name}_type is missing or unknown`);
    const token = await ClientCredentials.find(params[name]);
    if (!token) throw new errors.InvalidGrant(`${name} is unknown`);
    return token;
  };
  const subject = await known('subject_token');
  const actor = params.actor_token && await known('actor_token');
  const token = new ClientCredentials({
    client,
    scope: params.scope,
    extra: { sub: subject.clientId, act: actor && { sub: actor.clientId }, audience: params.audience },
  });
  ctx.body = {
    access_token: await token.save(),
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: 'Bearer',
    expires_in: token.expiration,
    scope: token.scope,
  };
}

// A refresh token as if a person had logged in and agreed.
async function refreshToken(provider, clientId) {
  const client = await provider.Client.find(clientId);
  const scope = 'openid offline_access';
  const grant = new provider.Grant({ accountId: 'somebody', clientId });
  grant.addOIDCScope(scope);
  const token = new provider.RefreshToken({
    accountId: 'somebody', client, grantId: await grant.save(), gty: 'authorization_code', scope,
  });
  return token.save();
}

async function report(ctx, next) {
  await next();
  if (!ctx.oidc) return;
  say({
    event: ctx.oidc.route,
    client: ctx.oidc.entities.Client?.clientId,
    status: ctx.status,
    form: ctx.oidc.body ?? {},
    answer: ctx.oidc.route === 'token' ? ctx.body : {},
  });
}

function listen(options) {
  const server = createServer(options);
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => resolve({ server, url: `https://127.0.0.1:${server.address().port}` }));
  });
}

async function serve(config) {
  const { certificate: cert, key, ca } = config;
  const plain = await listen({ cert, key });
  const mutual = await listen({ cert, key, ca, requestCert: true, rejectUnauthorized: false });
  const provider = new Provider(plain.url, configuration(config, mutual.url));
  provider.registerGrantType(TOKEN_EXCHANGE, exchange, [
    'subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type', 'audience', 'scope',
  ]);
  provider.on('server_error', (ctx, err) => console.error(err));
  provider.use(report);
  const handler = provider.callback();
  plain.server.on('request', handler);
  mutual.server.on('request', handler);
  say({ event: 'ready', url: plain.url, mutual: mutual.url, refresh: await refreshToken(provider, config.refresh) });
}

const input = createInterface({ input: process.stdin });
input.once('line', (line) => serve(JSON.parse(line)).catch((err) => {
  console.error(err);
  process.exit(1);
}));
input.once('close', () => process.exit(0));
