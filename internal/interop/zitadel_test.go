package interop_test

import (
	"maps"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

const (
	// zitadelRealm is the path of zitadel's issuer, as its server has it.
	zitadelRealm = "/realm"
	idTokenType  = "urn:ietf:params:oauth:token-type:id_token"
)

// atZitadelToo moves the client to zitadel, which finds keys by their id.
func atZitadelToo(c client) client {
	c.at = atZitadel
	if c.set["private_key_pem"] != "" {
		c = c.with(map[string]string{"key_id": quote(c.name)})
	}
	return c
}

// opaque and JWT are the two kinds of access tokens that zitadel gives.
func givingJWTs(c client) client {
	return c.registered(map[string]any{"access_token_is_jwt": true})
}

// zitadelMethodClients are a client of each way to authenticate at zitadel. It
// wants the issuer as the audience of assertions, whatever the endpoint is.
func zitadelMethodClients(t *testing.T, k *keyring) []client {
	t.Helper()
	clients := []client{
		secretClient("zitadel_basic", "client_secret_basic", `a+b/c:d%&="ü`+random()),
		givingJWTs(secretClient("zitadel_post", "client_secret_post", random())),
		keyClient("zitadel_RS256", "RS256", k.rsa, testkeys.PKCS1(k.rsa)),
		keyClient("zitadel_ES256", "ES256", k.p256, testkeys.SEC1(t, k.p256)),
		keyClient("zitadel_PS256", "PS256", k.rsa, testkeys.PKCS8(t, k.rsa)).with(map[string]string{"signing_algorithm": quote("PS256")}),
		keyClient("zitadel_url", "ES256", k.p256, testkeys.PKCS8(t, k.p256)).
			with(map[string]string{"token_url": quote("${local.zitadel}/oauth/token"), "assertion_audience": "local.zitadel"}),
	}
	for i, c := range clients {
		clients[i] = atZitadelToo(c)
	}
	return clients
}

// profileClient asks with an assertion that it signs itself (RFC 7523, section
// 2.1), which zitadel takes without a client authentication.
func profileClient(t *testing.T, k *keyring, name string, signed map[string]string) client {
	t.Helper()
	id := "zitadel." + name
	attributes := map[string]string{
		"private_key_pem": secret(name), "key_id": quote(name), "claims": `jsonencode({ iss = "` + id + `", sub = "` + id + `", aud = local.zitadel })`,
	}
	maps.Copy(attributes, signed)
	return client{
		name: name, at: atZitadel, id: id,
		metadata: map[string]any{"grant_types": []string{grantJWTBearer}, "token_endpoint_auth_method": "none", "jwks": publicKeys(k.p256, name)},
		set: map[string]string{
			"client_auth": quote("none"), "grant": quote(grantJWTBearer), "scopes": `["read"]`, "assertion": object("signed", attributes),
		},
		secrets: map[string]string{name: testkeys.PKCS8(t, k.p256)},
	}
}

// exchangeClient exchanges the token of the client "subject", which is a set of its own.
func exchangeClient(c client, more map[string]string) client {
	return atZitadelToo(c).
		registered(map[string]any{"grant_types": []string{grantTokenExchange}}).
		with(map[string]string{
			"grant": quote(grantTokenExchange), "subject_token": `{ credentials = "oauth2.subject" }`, "subject_token_type": quote(accessTokenType),
		}).with(more)
}

func zitadelClients(t *testing.T, k *keyring) []client {
	t.Helper()
	basic := func(name string) client { return secretClient(name, "client_secret_basic", random()) }
	acting := map[string]string{
		"actor_token": `{ credentials = "oauth2.actor" }`, "actor_token_type": quote(accessTokenType),
		"requested_token_type": quote(accessTokenType), "audience": quote("urn:api:orders"), "scopes": `["read"]`,
	}
	return []client{
		givingJWTs(atZitadelToo(basic("subject"))),
		atZitadelToo(basic("actor")),
		profileClient(t, k, "profile", nil),
		givingJWTs(exchangeClient(basic("acting"), acting)),
		exchangeClient(keyClient("by_key", "ES256", k.p256, testkeys.PKCS8(t, k.p256)), nil),
		exchangeClient(basic("identity"), map[string]string{"requested_token_type": quote(idTokenType)}),
	}
}

// exchanged is what a data source gives of an exchange.
type exchanged struct {
	Token  string `json:"token"`
	Type   string `json:"type"`
	Issued string `json:"issued"`
	Scope  string `json:"scope"`
}

const exchangedOutput = `
output "tokens" {
  sensitive = true
  value = { for name, it in data.apitoken_oauth2.this :
    name => { token = it.access_token, type = it.token_type, issued = it.issued_token_type, scope = it.scope }
  }
}
`

// zitadel has what the other servers lack: the JWT profile, and token exchange
// with its own tokens as subject and actor.
func testZitadel(l *serverLab) {
	l.configure(each("data", "this", l.names(), ""), exchangedOutput)
	l.Must("apply", "-auto-approve")
	var tokens map[string]exchanged
	l.Output("tokens", &tokens)
	for _, name := range []string{"subject", "actor", "profile"} {
		answer := l.servers[atZitadel].about(l.T, tokens[name].Token)
		if !isActive(answer) || answer["client_id"] != "zitadel."+name {
			l.T.Errorf("%s: introspection says %v", name, answer)
		}
	}
	if tokens["profile"].Scope != "read" {
		l.T.Errorf("the profile's scope is %q", tokens["profile"].Scope)
	}
	l.checkExchanged(tokens)
	for _, c := range l.clients {
		if n := len(l.said("token", c)); n != 1 {
			l.T.Errorf("%s: asked %d times, want once for all that use its token", c.name, n)
		}
	}
}

func (l *serverLab) checkExchanged(tokens map[string]exchanged) {
	l.T.Helper()
	for name, want := range map[string]exchanged{
		"acting":   {Type: "Bearer", Issued: accessTokenType, Scope: "read"},
		"by_key":   {Type: "Bearer", Issued: accessTokenType},
		"identity": {Type: "N_A", Issued: idTokenType}, // RFC 8693, section 2.2.1
	} {
		got := tokens[name]
		got.Token = ""
		if got != want {
			l.T.Errorf("%s: the response was %+v, want %+v", name, got, want)
		}
	}
	for name, actor := range map[string]string{"acting": "zitadel.actor", "by_key": ""} {
		answer := l.servers[atZitadel].about(l.T, tokens[name].Token)
		act, _ := answer["act"].(map[string]any)
		got, _ := act["sub"].(string)
		if !isActive(answer) || answer["client_id"] != "zitadel."+name || answer["sub"] != "zitadel.subject" || got != actor {
			l.T.Errorf("%s: introspection says %v", name, answer)
		}
	}
	l.checkActing(tokens["acting"].Token)
}

// checkActing checks the JWT that the exchange with an actor gives.
func (l *serverLab) checkActing(token string) {
	l.T.Helper()
	var found struct {
		Subject  string       `json:"sub"`
		Audience jwt.Audience `json:"aud"`
		Actor    struct {
			Subject string `json:"sub"`
		} `json:"act"`
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err == nil {
		err = parsed.UnsafeClaimsWithoutVerification(&found)
	}
	if err != nil {
		l.T.Fatal(err)
	}
	if found.Subject != "zitadel.subject" || !found.Audience.Contains("urn:api:orders") || found.Actor.Subject != "zitadel.actor" {
		l.T.Errorf("the exchanged token's claims are %+v", found)
	}
}

// expired returns a client assertion that is not valid any more.
func (l *serverLab) expired(name string) string {
	l.T.Helper()
	return signUntil(l.T, l.keyring.p256, jose.ES256, name, time.Now().Add(-time.Minute), map[string]any{
		"iss": "refusals." + name, "sub": "refusals." + name, "aud": l.servers[atZitadel].URL + zitadelRealm,
	})
}

// zitadelRefusals are what zitadel does not take, and the errors.
func zitadelRefusals(t *testing.T, k *keyring) []refusal {
	t.Helper()
	key := func(name string) client {
		return atZitadelToo(keyClient(name, "ES256", k.p256, testkeys.PKCS8(t, k.p256)))
	}
	profile := func(name, claims string) client {
		c := profileClient(t, k, name, map[string]string{"claims": claims})
		c.id = ""
		return c
	}
	return []refusal{
		{atZitadelToo(secretClient("zitadel_secret", "client_secret_basic", random())).holding("zitadel_secret", random()), []string{"HTTP 400", "invalid_client", "client_secret_post"}},
		{key("zitadel_key").holding("zitadel_key", k.client.Key), []string{"invalid_grant", "does not accept the client assertion", "public key is registered"}},
		{key("zitadel_kid").with(map[string]string{"key_id": quote("another")}), []string{"key_id"}},
		{
			key("zitadel_endpoint").with(map[string]string{"token_url": quote("${local.zitadel}/oauth/token")}),
			[]string{"audience is not valid", "Some servers expect their issuer as audience: set assertion_audience"},
		},
		{
			profile("zitadel_aud", `jsonencode({ iss = "refusals.zitadel_aud", sub = "refusals.zitadel_aud", aud = "urn:api:orders" })`),
			[]string{"assertion invalid", `aud "urn:api:orders" (claims)`, "does not accept the assertion"},
		},
		{
			key("zitadel_expired").without("private_key_pem", "key_id").with(map[string]string{"client_assertion": `{ file = "${path.module}/expired.jwt" }`}),
			[]string{"token has expired", "It has expired: the program that writes the file has to renew it"},
		},
		{
			profile("zitadel_subject", `jsonencode({ iss = "refusals.zitadel_subject", sub = "somebody", aud = local.zitadel })`),
			[]string{"assertion invalid", `sub "somebody" (claims)`, "does not accept the assertion"},
		},
		{
			exchangeClient(secretClient("zitadel_target", "client_secret_basic", random()), map[string]string{
				"subject_token": `{ value = "no token of this server" }`,
			}), []string{"subject_token is invalid", "does not accept the subject token"},
		},
	}
}
