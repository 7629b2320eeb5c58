import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createSocketServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { HubClient, type HubClientOptions, HubError } from '../../../../deployer/hub/hub-client.ts';
import { Authority } from '../../../support/certificates.ts';
import { listening, port } from '../../../support/listening.ts';
import { until } from '../../../support/until.ts';

const settings = { hubUrl: 'URL', caFile: 'CA', serverGuid: 'GUID', credential: 'KEY' };
const never = new AbortController().signal;

async function get(url: string, more: Partial<HubClientOptions> = {}, signal = never) {
  await using client = await HubClient.open({ settings, timeoutMs: 10_000, ...more });
  return await client.request(new URL(url), { headers: { 'x-api-key': 'secret' }, signal });
}

function urlOf(server: Server, scheme = 'http'): string {
  return `${scheme}://127.0.0.1:${port(server)}/`;
}

/** Asserts that a request ends in a HubError of this kind, in words that match. */
async function fails(request: Promise<unknown>, kind: HubError['kind'], words: RegExp) {
  await assert.rejects(request, (error: unknown) => {
    assert.ok(error instanceof HubError, String(error));
    assert.equal(error.kind, kind);
    assert.match(error.message, words);
    assert.equal(error.answered, false);
    return true;
  });
}

test('a listing of some MB is read whole', async () => {
  const body = JSON.stringify({ servers: 'x'.repeat(5_000_000) });
  await using server = await listening(createServer((_request, response) => response.end(body)));
  const reply = await get(urlOf(server));
  assert.equal(reply.status, 200);
  assert.equal(reply.body, body);
});

test('an endless reply ends at 8 MiB, and its connection with it', async () => {
  let closed = false;
  await using server = await listening(
    createServer((_request, response) => {
      response.on('close', () => {
        closed = true;
      });
      const write = () => {
        while (!response.destroyed && response.write('x'.repeat(60_000)));
      };
      response.on('drain', write);
      write();
    }),
  );
  await fails(get(urlOf(server)), 'too-large', /too large to be the hub's: set URL/);
  await until('the end of the connection', () => closed);
});

test('endless headers are not read to their end', async () => {
  await using server = await listening(
    createServer((_request, { socket }) =>
      socket?.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(1e6)}`),
    ),
  );
  await fails(get(urlOf(server)), 'too-large', /too large/);
});

test('a hub that is silent before its reply, or in the middle of it, is left after the time limit', async () => {
  for (const answer of [
    () => {},
    (_request, response) => response.writeHead(200, { 'content-length': '100' }).write('{'),
  ] as RequestListener[]) {
    await using server = await listening(createServer(answer));
    await fails(
      get(urlOf(server), { timeoutMs: 200 }),
      'timeout',
      /^No answer from 127\.0\.0\.1:\d+ in time/,
    );
  }
});

test('an abort ends a request with its own reason', async () => {
  const stop = new AbortController();
  await using server = await listening(createServer(() => stop.abort(new Error('Enough'))));
  await assert.rejects(get(urlOf(server), {}, stop.signal), /Enough/);
});

test('the key does not follow a redirect', async () => {
  let followed = 0;
  await using other = await listening(
    createServer((_request, response) => {
      followed++;
      response.end();
    }),
  );
  await using server = await listening(
    createServer((_request, response) => response.writeHead(307, { location: urlOf(other) }).end()),
  );
  assert.equal((await get(urlOf(server))).status, 307);
  assert.equal(followed, 0);
});

test('a body goes out as JSON', async () => {
  await using server = await listening(
    createServer((request, response) => {
      response.writeHead(201, { 'content-type': String(request.headers['content-type']) });
      request.pipe(response);
    }),
  );
  await using client = await HubClient.open({ settings, timeoutMs: 10_000 });
  const reply = await client.request(new URL(urlOf(server)), {
    method: 'POST',
    headers: {},
    body: { a: 1 },
    signal: never,
  });
  assert.deepEqual(
    [reply.status, reply.headers['content-type'], reply.body],
    [201, 'application/json', '{"a":1}'],
  );
});

test('a closed client holds no connection, so that the process can end', async () => {
  const server = await listening(createServer((_request, response) => response.end()));
  await get(urlOf(server));
  server.close();
  await once(server, 'close');
});

test('no hub at all is reported in words', async () => {
  await using other = await listening(createServer());
  const free = urlOf(other);
  await other[Symbol.asyncDispose]();
  await fails(get(free), 'refused-connection', /^Connection refused by .* URL \(ECONNREFUSED\)$/);
  await fails(get('http://hub.invalid/'), 'unknown-host', /^Unknown host name hub\.invalid/);
});

for (const [kind, bytes] of [
  ['connection-lost', ''],
  ['connection-lost', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx'],
  ['not-http', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
] as const) {
  test(`${JSON.stringify(bytes)} and no more is ${kind}`, async () => {
    await using server = await listening(
      createSocketServer(socket => socket.once('data', () => socket.end(bytes))),
    );
    await fails(get(urlOf(server)), kind, /127\.0\.0\.1/);
  });
}

suite('over TLS', () => {
  let directory = '';
  let authority: Authority;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'hub-client-'));
    authority = await Authority.make(directory, 'authority');
  });
  after(() => rm(directory, { recursive: true }));

  async function tlsServer(altName: string, days?: number) {
    const { certificate, key } = await authority.sign(altName, days);
    const [cert, secret] = await Promise.all([readFile(certificate), readFile(key)]);
    return await listening(
      createTlsServer({ cert, key: secret }, (_request, response) => response.end('ok')),
    );
  }

  test('a private authority is given as a file or as its text', async () => {
    await using server = await tlsServer('IP:127.0.0.1');
    const pem = await readFile(authority.file, 'utf8');
    for (const ca of [{ file: authority.file }, { pem }]) {
      assert.equal((await get(urlOf(server, 'https'), { ca })).body, 'ok');
    }
  });

  test('a certificate that cannot be trusted is reported with what to do', async () => {
    const ca = { file: authority.file };
    await using good = await tlsServer('IP:127.0.0.1');
    await fails(
      get(urlOf(good, 'https')),
      'tls-untrusted',
      /^Untrusted certificate issuer .*: set CA to/,
    );
    await using expired = await tlsServer('IP:127.0.0.1', -1);
    await fails(get(urlOf(expired, 'https'), { ca }), 'tls-expired', /has expired/);
    await using other = await tlsServer('DNS:other.lan');
    await fails(get(urlOf(other, 'https'), { ca }), 'tls-wrong-name', /another name: set URL/);
  });

  test('http for https, and the reverse, are reported', async () => {
    await using plain = await listening(createServer((_request, response) => response.end()));
    await fails(get(urlOf(plain, 'https')), 'not-tls', /does not speak TLS: set URL to http:/);
    await using secure = await tlsServer('IP:127.0.0.1');
    await fails(get(urlOf(secure)), 'connection-lost', /set URL to https:\/\/ if it expects TLS/);
  });

  test('an authority that is no certificate, or no file, is refused before anything is asked', async () => {
    const file = join(directory, 'none.pem');
    await writeFile(file, 'none');
    const open = (ca: HubClientOptions['ca']) => HubClient.open({ settings, timeoutMs: 1, ca });
    await assert.rejects(
      open({ file }),
      /^UserError: Expected certificates \(PEM\) in .*none\.pem, found none: name the file with/,
    );
    await assert.rejects(
      open({ file: join(directory, 'gone') }),
      /^UserError: Cannot read the certificates in .*gone: there is no such file/,
    );
    await assert.rejects(open({ pem: '' }), /found none: /);
  });
});
