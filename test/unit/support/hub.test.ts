import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Agent, request } from 'undici';
import { StandInHub } from '../../support/hub.ts';
import { HubClient } from '../../support/hub-client.ts';
import { startHubControl } from '../../support/hub-control.ts';

const PATH = '/api/v1/agents/heartbeat';
const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
const OTHER_GUID = '11111111-2222-4333-8444-555555555555';

function beat(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { server_id: 'nas-1', hostname: 'nas-1', timestamp: '2026-01-01T00:00:00Z', ...more };
}

async function post(
  hub: StandInHub,
  body: unknown,
  options: { headers?: Record<string, string>; path?: string; dispatcher?: Agent } = {},
): Promise<{ status: number; body: string; headers: Record<string, unknown> }> {
  const reply = await request(`${hub.url}${options.path ?? PATH}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': hub.apiKey, ...options.headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    dispatcher: options.dispatcher ?? new Agent({ pipelining: 0 }),
  });
  return { status: reply.statusCode, body: await reply.body.text(), headers: reply.headers };
}

test('the hub registers a server on its first beat and knows it on the next', async () => {
  await using hub = await new StandInHub().start();
  const first = await post(hub, beat());
  assert.deepEqual(JSON.parse(first.body), {
    status: 'ok',
    server_registered: true,
    pending_commands: [],
    results_acknowledged: [],
  });
  const second = await post(hub, beat());
  assert.equal(JSON.parse(second.body).server_registered, false);
  assert.equal(hub.beats.length, 2);
});

test('the hub answers a wrong key and a wrong token with 401, and ignores a token alone', async () => {
  await using hub = await new StandInHub({ tokens: { [GUID]: 'good' } }).start();
  const wrong = await post(hub, beat(), { headers: { 'x-api-key': 'wrong' } });
  assert.equal(wrong.status, 401);
  assert.equal(JSON.parse(wrong.body).detail.code, 'UNAUTHORIZED');
  const pair = { 'x-agent-token': 'wrong', 'x-server-guid': GUID };
  assert.equal((await post(hub, beat(), { headers: pair })).status, 401);
  assert.equal((await post(hub, beat(), { headers: { 'x-agent-token': 'wrong' } })).status, 200);
  const good = { 'x-api-key': 'wrong', 'x-agent-token': 'good', 'x-server-guid': GUID };
  assert.equal((await post(hub, beat(), { headers: good })).status, 200);
});

test('the hub adopts the first GUID and refuses another with 409', async () => {
  await using hub = await new StandInHub().start();
  await post(hub, beat());
  assert.equal((await post(hub, beat({ server_guid: GUID }))).status, 200);
  const other = await post(hub, beat({ server_guid: OTHER_GUID }));
  assert.equal(other.status, 409);
  assert.equal(JSON.parse(other.body).detail.code, 'CONFLICT');
  const renamed = await post(hub, beat({ server_guid: GUID, server_id: 'other' }));
  assert.equal(renamed.status, 200);
  assert.deepEqual(
    hub.registry.all().map(server => server.id),
    ['nas-1'],
  );
});

test('the hub refuses a removed server with 403', async () => {
  await using hub = await new StandInHub().start();
  await post(hub, beat());
  hub.remove('nas-1');
  const reply = await post(hub, beat());
  assert.equal(reply.status, 403);
  assert.equal(JSON.parse(reply.body).detail.code, 'FORBIDDEN');
});

test('the hub refuses one bad element with 422 and names its place', async () => {
  await using hub = await new StandInHub().start();
  const reply = await post(
    hub,
    beat({
      metrics: { cpu_percent: 101, memory_total_mb: 1.5 },
      services: [{ name: 'ssh', status: 'up' }],
      agent_version: 'x'.repeat(21),
    }),
  );
  assert.equal(reply.status, 422);
  const detail = JSON.parse(reply.body).detail as { type: string; loc: unknown; msg: string }[];
  assert.deepEqual(
    detail.map(({ type, loc }) => [type, loc]),
    [
      ['string_too_long', ['body', 'agent_version']],
      ['less_than_equal', ['body', 'metrics', 'cpu_percent']],
      ['int_from_float', ['body', 'metrics', 'memory_total_mb']],
      ['literal_error', ['body', 'services', 0, 'status']],
    ],
  );
  assert.equal(hub.beats.length, 0);
  const missing = await post(hub, { server_id: 'a', hostname: 'a' });
  assert.deepEqual(JSON.parse(missing.body).detail[0].loc, ['body', 'timestamp']);
});

test('the hub refuses gzip, another content type, a cut body, NaN and a trailing slash each its way', async () => {
  await using hub = await new StandInHub().start();
  const gzip = gzipSync(JSON.stringify(beat()));
  const packed = await post(hub, gzip, { headers: { 'content-encoding': 'gzip' } });
  assert.equal(packed.status, 400);
  assert.equal(typeof JSON.parse(packed.body).detail, 'string');
  assert.equal(
    (await post(hub, beat(), { headers: { 'content-type': 'text/plain' } })).status,
    422,
  );
  assert.equal((await post(hub, '{"server_id"')).status, 422);
  const nan = await post(hub, '{"server_id":"a","metrics":{"load_1m": NaN}}');
  assert.equal(nan.status, 500);
  assert.equal(nan.body, 'Internal Server Error');
  const slash = await post(hub, beat(), { path: `${PATH}/` });
  assert.equal(slash.status, 307);
  assert.equal(slash.headers['location'], `${hub.url}${PATH}`);
});

test('the hub reads back what it knows, to a caller with the key', async () => {
  await using hub = await new StandInHub().start();
  await post(hub, beat({ agent_version: '0.1.0', metrics: { cpu_percent: 5 } }));
  await post(hub, beat({ timestamp: '2025-12-31T00:00:00Z', metrics: { cpu_percent: 9 } }));
  const headers = { 'x-api-key': hub.apiKey };
  const one = await request(`${hub.url}/api/v1/servers/nas-1`, { headers });
  const server = (await one.body.json()) as Record<string, unknown>;
  assert.equal(server['status'], 'online');
  assert.deepEqual(server['latest_metrics'], { cpu_percent: 5 });
  const history = await request(`${hub.url}/api/v1/servers/nas-1/metrics?range=24h`, { headers });
  const { data_points } = (await history.body.json()) as { data_points: unknown[] };
  assert.equal(data_points.length, 2);
  assert.equal((await request(`${hub.url}/api/v1/servers`)).statusCode, 401);
  assert.equal((await request(`${hub.url}/api/v1/servers/no`, { headers })).statusCode, 404);
  assert.equal((await request(`${hub.url}/api/v1/system/health`)).statusCode, 200);
});

test('each fault shows as what it is called, as often as it was asked for', async () => {
  await using hub = await new StandInHub().start();
  await hub.fault('500', { times: 1 });
  assert.equal((await post(hub, beat())).status, 500);
  assert.equal((await post(hub, beat())).status, 200);
  await hub.fault('409', { servers: ['pi-1'] });
  assert.equal((await post(hub, beat())).status, 200);
  assert.equal((await post(hub, beat({ server_id: 'pi-1' }))).status, 409);
  await hub.fault('html');
  assert.match((await post(hub, beat())).body, /doctype/);
  await hub.fault('reset');
  await assert.rejects(post(hub, beat()), { code: 'ECONNRESET' });
  await hub.fault('nothing');
  await assert.rejects(post(hub, beat()), { code: 'UND_ERR_SOCKET' });
  const { url } = hub;
  await hub.fault('refuse');
  await assert.rejects(post(hub, beat()), { code: 'ECONNREFUSED' });
  await hub.fault('none');
  assert.equal(hub.url, url);
  assert.equal((await post(hub, beat())).status, 200);
});

test('the hub announces that it closes an idle connection after five seconds', async () => {
  await using hub = await new StandInHub().start();
  const dispatcher = new Agent({ connections: 1 });
  const reply = await post(hub, beat(), { dispatcher });
  assert.equal(reply.headers['keep-alive'], 'timeout=5');
  await post(hub, beat(), { dispatcher });
  assert.equal(hub.requests[0]?.connection, hub.requests[1]?.connection);
});

test('the control socket steers a hub and shows what it received', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'hub-'));
  t.after(() => rm(dir, { recursive: true }));
  await using hub = await new StandInHub().start();
  const control = await startHubControl(hub, join(dir, 'control.sock'));
  t.after(() => control.close());
  const client = new HubClient(join(dir, 'control.sock'));
  await post(hub, beat());
  const beats = await client.waitForBeats(['nas-1'], { timeoutMs: 1_000 });
  assert.equal(beats[0]?.body.server_id, 'nas-1');
  await assert.rejects(client.waitForBeats(['pi-1'], { timeoutMs: 0 }), /none yet from pi-1/);
  await client.fault('500');
  assert.equal((await post(hub, beat())).status, 500);
  await client.forget();
  assert.deepEqual(await client.received(), { requests: [], beats: [] });
});
