import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StandInHub } from '../../support/hub.ts';
import { HubAlerts } from '../../support/hub-alerts.ts';
import { HubRegistry } from '../../support/hub-registry.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';

/** A request to a hub as a program outside makes it. */
async function call(
  hub: StandInHub,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Record<string, unknown>; date: string | null }> {
  const { body, headers = { 'x-api-key': hub.apiKey } } = options;
  const reply = await fetch(`${hub.url}/api/v1${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return {
    status: reply.status,
    body: text === '' ? {} : JSON.parse(text),
    date: reply.headers.get('date'),
  };
}

async function beat(
  hub: StandInHub,
  more: Record<string, unknown> = {},
  headers?: Record<string, string>,
): Promise<number> {
  const body = { server_id: 'nas-1', hostname: 'nas', timestamp: '2026-01-01T00:00:00Z', ...more };
  const path = '/agents/heartbeat';
  return (await call(hub, 'POST', path, { body, ...(headers && { headers }) })).status;
}

const metrics = { cpu_percent: 1 };

test('a server row has guid, mode, version, last_seen, and whether it is paused or inactive', async () => {
  await using hub = await new StandInHub().start();
  await beat(hub, { server_guid: GUID, agent_mode: 'readwrite', agent_version: '0.1.0' });
  const { body } = await call(hub, 'GET', '/servers/nas-1');
  assert.equal(body['guid'], GUID);
  assert.equal(body['agent_mode'], 'readwrite');
  assert.equal(body['agent_version'], '0.1.0');
  assert.equal(body['status'], 'online');
  assert.deepEqual(
    [body['is_inactive'], body['is_paused'], body['inactive_since']],
    [false, false, null],
  );
  await call(hub, 'PUT', '/servers/nas-1/pause');
  assert.equal((await call(hub, 'GET', '/servers/nas-1')).body['is_paused'], true);
});

test('the hub dates its replies and its beats by its own clock', async () => {
  await using hub = await new StandInHub({ aheadMs: 3_600_000 }).start();
  await beat(hub);
  const { body, date } = await call(hub, 'GET', '/servers/nas-1');
  assert.ok(Date.parse(date ?? '') > Date.now() + 3_000_000);
  assert.ok(Date.parse(`${body['last_seen']}Z`) > Date.now() + 3_000_000);
  assert.equal(body['status'], 'online');
});

test('a removed server is inactive and refused with 403 until it is activated; a deleted one registers again', async () => {
  await using hub = await new StandInHub().start();
  await beat(hub);
  assert.equal((await call(hub, 'POST', '/agents/nas-1/remove', { body: {} })).status, 200);
  assert.equal(await beat(hub), 403);
  const { body } = await call(hub, 'GET', '/servers/nas-1');
  assert.deepEqual([body['is_inactive'], body['status']], [true, 'offline']);
  assert.equal((await call(hub, 'PUT', '/agents/nas-1/activate')).status, 200);
  assert.equal((await call(hub, 'GET', '/servers/nas-1')).body['status'], 'offline');
  assert.equal(await beat(hub), 200);
  assert.equal((await call(hub, 'DELETE', '/servers/nas-1')).status, 204);
  assert.equal((await call(hub, 'GET', '/servers/nas-1')).status, 404);
  assert.equal(await beat(hub), 200);
});

test('a claim keeps the GUID of a known server and creates an unknown one; a token is claimed once', async () => {
  await using hub = await new StandInHub().start();
  await beat(hub, { server_guid: GUID });
  const register = async (): Promise<unknown> =>
    (await call(hub, 'POST', '/agents/register/tokens', { body: { mode: 'readonly' } })).body[
      'token'
    ];
  const claim = (token: unknown, server_id: string) =>
    call(hub, 'POST', '/agents/register/claim', {
      body: { token, server_id, hostname: 'nas' },
      headers: {},
    });
  const token = await register();
  const known = await claim(token, 'nas-1');
  assert.equal(known.body['server_guid'], GUID);
  assert.match(String(known.body['api_token']), /^hlh_ag_8d7ad0a6_[0-9a-f]{64}$/);
  assert.equal((await claim(token, 'nas-1')).status, 400);
  assert.match(String((await claim(await register(), 'nas-1')).body['detail']), /already/);
  const unknown = await claim(await register(), 'pi-1');
  assert.equal((await call(hub, 'GET', '/servers/pi-1')).body['guid'], unknown.body['server_guid']);
  assert.equal((await claim(`hlh_rt_${'0'.repeat(64)}`, 'pi-2')).status, 400);
  assert.equal((await claim('hlh_rt_0', 'pi-2')).status, 422);
});

test('a rotation ends the old token at once, a revocation the last one', async () => {
  await using hub = await new StandInHub({ tokens: { [GUID]: 'first' } }).start();
  const pair = (token: unknown) => ({ 'x-agent-token': String(token), 'x-server-guid': GUID });
  const path = `/agents/register/credentials/${GUID}`;
  assert.equal(await beat(hub, { server_guid: GUID }, pair('first')), 200);
  const { body } = await call(hub, 'POST', `${path}/rotate`);
  assert.equal(await beat(hub, { server_guid: GUID }, pair('first')), 401);
  assert.equal(await beat(hub, { server_guid: GUID }, pair(body['api_token'])), 200);
  const shown = (await call(hub, 'GET', path)).body;
  assert.ok(String(body['api_token']).startsWith(String(shown['api_token_prefix'])));
  assert.equal(shown['is_revoked'], false);
  assert.equal((await call(hub, 'POST', `${path}/revoke`)).status, 200);
  assert.equal(await beat(hub, { server_guid: GUID }, pair(body['api_token'])), 401);
  assert.equal((await call(hub, 'GET', path)).status, 404);
  assert.equal((await call(hub, 'POST', `${path}/rotate`)).status, 404);
});

test('an expected service opens an alert when it fails and closes it when it runs', async () => {
  await using hub = await new StandInHub().start();
  await beat(hub);
  const expected = { service_name: 'storage-health', is_critical: true };
  const add = () => call(hub, 'POST', '/servers/nas-1/services', { body: expected });
  assert.equal((await add()).status, 201);
  assert.equal((await add()).status, 409);
  const alerts = async () =>
    (await call(hub, 'GET', '/alerts?server_id=nas-1')).body['alerts'] as Record<string, unknown>[];
  const report = (name: string, status: string, status_reason?: string) =>
    beat(hub, { metrics, services: [{ name, status, status_reason }] });
  await report('storage-health.service', 'failed');
  await report('storage-health', 'unknown');
  assert.deepEqual(await alerts(), []);
  await report('storage-health', 'failed', 'md0 degraded');
  await report('storage-health', 'failed', 'md0 degraded');
  const [alert, ...others] = await alerts();
  assert.deepEqual(others, []);
  assert.equal(alert?.['title'], 'Service storage-health is failed on nas');
  assert.deepEqual([alert?.['severity'], alert?.['status']], ['high', 'open']);
  await beat(hub, { metrics, services: [] });
  const { body } = await call(hub, 'GET', '/servers/nas-1/services');
  const [service] = body['services'] as { current_status: Record<string, unknown> }[];
  assert.equal(service?.current_status['status_reason'], 'md0 degraded');
  assert.equal((await alerts())[0]?.['status'], 'open');
  await report('storage-health', 'running');
  assert.equal((await alerts())[0]?.['status'], 'resolved');
});

test('a server that is silent for more than 180 s opens an alert, which its next beat resolves', () => {
  const alerts = new HubAlerts();
  const registry = new HubRegistry(alerts);
  const receive = (now: number) =>
    registry.receive({ server_id: 'nas-1', hostname: 'nas', timestamp: '' }, now);
  const seen = (): string[] => alerts.all.map(({ title, status }) => `${title}, ${status}`);
  receive(0);
  receive(180_000);
  registry.watch(360_000);
  assert.deepEqual(seen(), []);
  registry.watch(360_001);
  registry.watch(420_001);
  assert.deepEqual(seen(), ['Server offline: nas, open']);
  receive(480_000);
  assert.deepEqual(seen(), ['Server offline: nas, resolved']);
  // The beat that ends a silence shows that it was too long.
  receive(700_000);
  assert.deepEqual(seen(), Array(2).fill('Server offline: nas, resolved'));
  // A server whose agent was removed is expected to be silent.
  registry.remove('nas-1', 700_000);
  registry.watch(1_000_000);
  assert.equal(seen().length, 2);
});

test('each change of expected services asks for a sync of those that are enabled', async () => {
  await using hub = await new StandInHub().start();
  await beat(hub);
  const at = '/servers/nas-1/services';
  await call(hub, 'POST', at, { body: { service_name: 'ssh' } });
  await call(hub, 'POST', at, { body: { service_name: 'dbus' } });
  await call(hub, 'PUT', `${at}/ssh`, { body: { enabled: false } });
  await call(hub, 'DELETE', `${at}/dbus`);
  assert.deepEqual(
    hub.services.syncs.map(({ services }) => services),
    [['ssh'], ['dbus', 'ssh'], ['dbus'], []],
  );
  const bad = await call(hub, 'POST', at, { body: { service_name: 'Plex Server' } });
  assert.equal(bad.status, 422);
});

test('the hub acts on a server only in the mode readwrite', async () => {
  await using hub = await new StandInHub().start();
  const act = async () =>
    (
      await call(hub, 'POST', '/actions', {
        body: { server_id: 'nas-1', action_type: 'restart_service' },
      })
    ).status;
  assert.equal(await act(), 404);
  await beat(hub, { agent_mode: 'readonly' });
  assert.equal(await act(), 409);
  await beat(hub, { agent_mode: 'readwrite' });
  assert.equal(await act(), 201);
});

test('every endpoint but health and claim wants the shared key', async () => {
  await using hub = await new StandInHub().start();
  for (const [method, path] of [
    ['GET', '/servers'],
    ['DELETE', '/servers/nas-1'],
    ['POST', '/agents/register/tokens'],
    ['POST', `/agents/register/credentials/${GUID}/rotate`],
    ['GET', '/alerts'],
  ] as const) {
    assert.equal((await call(hub, method, path, { headers: {} })).status, 401, path);
  }
  assert.equal((await call(hub, 'GET', '/system/health', { headers: {} })).status, 200);
  assert.equal((await call(hub, 'GET', '/nowhere')).status, 404);
  assert.equal((await call(hub, 'POST', '/servers')).status, 405);
});
