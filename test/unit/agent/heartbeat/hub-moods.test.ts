/** Every answer of the hub, and of what may stand in front of it, over real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createSocketServer, type Socket } from 'node:net';
import { test } from 'node:test';
import type { Address } from '../../../../agent/heartbeat/post.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { StandInHub } from '../../../support/hub.ts';
import { listening, port } from '../../../support/listening.ts';
import { need } from '../../../support/need.ts';
import { until } from '../../../support/until.ts';
import { beat, guid, hubAt, never, ok, words } from './hub-rig.ts';

for (const [fault, expected] of [
  ['none', /^delivered$/],
  ['401', /^401 Unauthorized: ".+"\. The hub does not accept api_key: set /],
  ['403', /^403 Forbidden: ".+"\. The server was removed on the hub: activate it/],
  ['409', /^409 Conflict: ".+"\. Another GUID is registered .* set server_guid/],
  ['422', /^422 Unprocessable: the body: "Field required"\. The hub expects/],
  ['400', /^Unexpected reply, 400 with application\/json: ".+": look at the log/],
  ['404', /^404 with .*, which is not the hub's reply: set hub_url to the hub's own address/],
  ['500', /^500 with text\/plain: look at the log of the hub/],
  ['502', /^502 with text\/html: look at the log of the hub, or of the proxy/],
  ['307', /^307: redirected to ".*", not followed\. Set hub_url to the hub's own address$/],
  ['html', /^200 with text\/html, which is not the hub's reply: set hub_url/],
  ['garbage', /^200 with application\/json, which is not the hub's reply/],
  ['reset', /closed the connection without a whole reply: .*https:\/\/.* \(ECONNRESET\)$/],
  ['nothing', /closed the connection without a whole reply: .* \(ECONNRESET\)$/],
  ['refuse', /^Connection refused by 127\.0\.0\.1:\d+: check .* hub_url \(ECONNREFUSED\)$/],
] as const) {
  test(`a hub that answers with ${fault} is reported in words`, async () => {
    await using hub = await new StandInHub().start();
    await hub.fault(fault);
    assert.match(words(await hubAt(hub.url).send(beat, never)), expected);
    assert.ok(hub.requests.length <= 1, 'nothing is followed or repeated');
  });
}

test('a hub that does not answer is left after 10 s, and the connection with it', async () => {
  await using hub = await new StandInHub().start();
  await hub.fault('hang');
  const clock = new FakeClock();
  const sent = hubAt(hub.url, { clock }).send(beat, never);
  await until('the request', () => hub.requests.length === 1);
  clock.advance(10_000);
  assert.match(words(await sent), /^No answer from 127\.0\.0\.1:\d+ in time: .* \(ETIMEDOUT\)$/);
});

test('a hub that falls silent in the middle of its reply is left after 10 s', async () => {
  let reached = false;
  await using server = await listening(
    createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      reached = true;
    }),
  );
  const clock = new FakeClock();
  const sent = hubAt(`http://127.0.0.1:${port(server)}`, { clock }).send(beat, never);
  await until('the request', () => reached);
  clock.advance(10_000);
  assert.match(words(await sent), /ETIMEDOUT/);
});

test('a half-open connection: accepted by the kernel, never by the hub', async () => {
  const sockets: Socket[] = [];
  const server = createSocketServer({ pauseOnConnect: true }, socket => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clock = new FakeClock();
  const sent = hubAt(`http://127.0.0.1:${port(server)}`, { clock }).send(beat, never);
  await until('the connection', () => sockets.length === 1);
  clock.advance(10_000);
  assert.match(words(await sent), /ETIMEDOUT/);
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a name that no name server knows', async () => {
  const outcome = await hubAt('http://hub.invalid:8080').send(beat, never);
  assert.match(words(outcome), /^(Unknown host name|No DNS server answers for) hub\.invalid/);
});

test('each beat has a connection of its own: one that the hub closed after 5 s is never used again', async () => {
  await using hub = await new StandInHub().start();
  const client = hubAt(hub.url);
  for (let index = 0; index < 3; index++) await client.send(beat, never);
  assert.deepEqual(
    hub.requests.map(({ connection }) => connection),
    [1, 2, 3],
  );
  assert.equal(hub.requests[0]?.headers.connection, 'close');
});

test('a hub on IPv6', need('IPv6'), async () => {
  await using hub = await new StandInHub({ host: '::1' }).start();
  const url = hub.url.replace('::1', '[::1]');
  assert.equal(words(await hubAt(url).send(beat, never)), 'delivered');
});

test('a name whose first address refuses connections is reached at the next', async () => {
  await using hub = await new StandInHub().start();
  const tried: string[] = [];
  const both = (address: Address) =>
    connect({
      ...address,
      lookup: (_name, _options, callback) => {
        const found = [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ];
        setImmediate(callback, null, found);
      },
    }).on('connectionAttempt', ip => tried.push(ip));
  const url = hub.url.replace('127.0.0.1', 'hub.home.lan');
  assert.equal(words(await hubAt(url, { connect: both }).send(beat, never)), 'delivered');
  assert.deepEqual(tried, ['::1', '127.0.0.1']);
});

test('a hub_url with a path and a slash at its end', async () => {
  const paths: unknown[] = [];
  await using server = await listening(
    createServer((request, response) => {
      paths.push(request.url);
      response.end(ok);
    }),
  );
  await hubAt(`http://127.0.0.1:${port(server)}/hub/`).send(beat, never);
  assert.deepEqual(paths, ['/hub/api/v1/agents/heartbeat']);
});

test('the key is never sent to where a redirect points', async () => {
  const heard: unknown[] = [];
  await using other = await listening(
    createServer((request, response) => {
      heard.push(request.headers);
      response.end(ok);
    }),
  );
  const location = `http://127.0.0.1:${port(other)}/`;
  await using server = await listening(
    createServer((_request, response) => response.writeHead(307, { location }).end()),
  );
  const outcome = await hubAt(`http://127.0.0.1:${port(server)}`).send(beat, never);
  assert.equal(outcome.kind, 'failed');
  assert.deepEqual(heard, []);
});

test('a token is sent with the GUID, and without the key', async () => {
  await using hub = await new StandInHub({ tokens: { [guid]: 'hlh_ag_token' } }).start();
  const config = { hub_url: hub.url, api_key: 'test-key', api_token: 'hlh_ag_token' };
  assert.equal((await hubAt(hub.url, { config }).send(beat, never)).kind, 'delivered');
  const { headers } = hub.requests[0] ?? assert.fail();
  assert.equal(headers['x-agent-token'], 'hlh_ag_token');
  assert.equal(headers['x-server-guid'], guid);
  assert.equal(headers['x-api-key'], undefined);
  const wrong = { ...config, api_token: 'other' };
  const outcome = await hubAt(hub.url, { config: wrong }).send(beat, never);
  assert.match(words(outcome), /does not accept the pair api_token and server_guid/);
});

test("the hub's Date gives the difference of the clocks", async () => {
  await using hub = await new StandInHub().start();
  const behind = new FakeClock(new Date(Date.now() - 3_600_000).toISOString());
  const client = hubAt(hub.url, { clock: behind });
  assert.equal(client.skew, undefined);
  await client.send(beat, never);
  assert.ok(Math.abs((client.skew ?? 0) - 3600) < 60, `${client.skew}`);
});

test('an abort ends the waiting with its reason', async () => {
  await using hub = await new StandInHub().start();
  await hub.fault('hang');
  const stop = new AbortController();
  const sent = hubAt(hub.url).send(beat, stop.signal);
  await until('the request', () => hub.requests.length === 1);
  stop.abort(new Error('Enough'));
  await assert.rejects(sent, /Enough/);
});
