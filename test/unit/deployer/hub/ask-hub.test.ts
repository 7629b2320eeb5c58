import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { askHub } from '../../../../deployer/hub/ask-hub.ts';
import { HubError } from '../../../../deployer/hub/hub-client.ts';

const options = {
  timeoutMs: 2_000,
  signal: new AbortController().signal,
  keyName: 'homelab_agent_api_key',
};

/** Asks a hub that answers everything so. */
async function ask(status: number, body: string): Promise<Awaited<ReturnType<typeof askHub>>> {
  const server = createServer((_, response) => {
    response.writeHead(status, { location: '/elsewhere' }).end(body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await askHub(`http://127.0.0.1:${port}/`, 'a-key', options);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const SERVER = {
  id: 'nas-1',
  status: 'online',
  last_seen: '2026-01-01T00:00:00',
  agent_version: '0.1.0',
};

test('askHub() reads the servers, bare or in an object, and the hub’s own clock', async () => {
  for (const body of [[SERVER], { servers: [SERVER], total: 1 }]) {
    const { servers, now } = await ask(200, JSON.stringify(body));
    assert.deepEqual(servers, [SERVER]);
    assert.ok(now > 0);
  }
});

test('askHub() gives no text that could steer a terminal', async () => {
  const { servers } = await ask(200, JSON.stringify([{ ...SERVER, status: 'on\u001b[2Jline' }]));
  assert.equal(servers[0]?.status, 'on\\u001b[2Jline');
});

test('askHub() names the setting to change when the key is refused', async () => {
  await assert.rejects(
    ask(401, '{"detail":{"message":"Invalid"}}'),
    (error: unknown) =>
      error instanceof HubError &&
      error.answered &&
      error.kind === 'unauthorized' &&
      /^401 Unauthorized: "Invalid"\. .* homelab_agent_api_key/.test(error.message),
  );
});

test('askHub() says what came where something else than a hub answers', async () => {
  await assert.rejects(ask(307, ''), /^HubError: 307: redirected to .* Set homelab_agent_hub_url/);
  const pages = ['<html>', '{}', '[{"id":1}]', 'null'];
  for (const body of pages) {
    await assert.rejects(ask(200, body), /is not the hub's reply: set homelab_agent_hub_url/);
  }
});

test('askHub() distinguishes no answer from a refusal', async () => {
  await assert.rejects(
    askHub('http://127.0.0.1:1', 'a-key', options),
    (error: unknown) =>
      error instanceof HubError && !error.answered && error.kind === 'refused-connection',
  );
});

test('askHub() takes no text for a GUID that an inventory would evaluate', async () => {
  const guid = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
  const body = [guid, "{{ lookup('pipe', 'id') }}"].map(each => ({ ...SERVER, guid: each }));
  const { servers } = await ask(200, JSON.stringify(body));
  assert.deepEqual(
    servers.map(server => server.guid),
    [guid, null],
  );
});
