// A package registry for tests: verdaccio with HTTP on loopback.
//
// The first line on stdin is its configuration as JSON: directory (an empty one
// for what it stores), name and password of the only user. It prints a line of
// JSON when it is ready, and one for each request answered. It ends when stdin
// does, so that nothing of it outlives the test.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { runServer } from 'verdaccio';

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

function configuration(directory) {
  return {
    self_path: join(directory, 'config.yaml'),
    storage: join(directory, 'storage'),
    auth: { htpasswd: { file: join(directory, 'htpasswd'), max_users: -1 } },
    security: { api: { jwt: { sign: { expiresIn: '10m' } } } },
    uplinks: {},
    packages: { '**': { access: '$authenticated' } },
    web: { enable: false },
    log: { type: 'file', path: join(directory, 'log'), level: 'warn' },
  };
}

const kind = ({ method, url }) => {
  if (method === 'PUT' && url.startsWith('/-/user/')) return 'token';
  return method === 'DELETE' && url.startsWith('/-/user/token/') ? 'revocation' : 'other';
};

async function serve({ directory, name, password }) {
  const digest = createHash('sha1').update(password).digest('base64');
  await writeFile(join(directory, 'htpasswd'), `${name}:{SHA}${digest}:made for a test\n`);
  const server = await runServer(configuration(directory));
  server.on('request', (request, response) => {
    const { method, url } = request;
    response.on('finish', () => say({
      event: kind({ method, url }), client: name, status: response.statusCode, form: { url: decodeURIComponent(url) },
    }));
  });
  server.on('error', (err) => { throw err; });
  server.listen(0, '127.0.0.1', () => say({ event: 'ready', url: `http://127.0.0.1:${server.address().port}` }));
}

const input = createInterface({ input: process.stdin });
input.once('line', (line) => serve(JSON.parse(line)).catch((err) => {
  console.error(err);
  process.exit(1);
}));
input.once('close', () => process.exit(0));
