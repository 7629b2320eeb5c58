import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { suite, test } from 'node:test';
import { HubAdmin } from '../../../../deployer/hub/hub-admin.ts';
import { HubError } from '../../../../deployer/hub/hub-client.ts';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { StandInHub } from '../../../support/hub.ts';
import { listening, port } from '../../../support/listening.ts';
import { settingsOf } from '../inventory/settings-rig.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
const { signal } = new AbortController();

function hostAt(url: string, key = 'test-key') {
  const vars = `homelab_agent_hub_url: "${url}", homelab_agent_api_token: t, homelab_deploy_hub_api_key: ${key}`;
  return settingsOf(`all: {hosts: {nas-1: }, vars: {${vars}}}\n`);
}

/** Claims from a hub that answers the claim so. */
async function claimFrom(answer: object): Promise<unknown> {
  const token = `hlh_rt_${'0'.repeat(64)}`;
  await using server = await listening(
    createServer((request, response) => {
      response.end(JSON.stringify(request.url?.endsWith('/tokens') ? { token } : answer));
    }),
  );
  const host = await hostAt(`http://127.0.0.1:${port(server)}`);
  return await new HubAdmin(host, signal).claim(host, 'nas-1');
}

suite('HubAdmin', () => {
  test('claims, rotates, revokes and deletes', async () => {
    await using hub = await new StandInHub().start();
    const host = await hostAt(hub.url);
    const admin = new HubAdmin(host, signal);
    hub.registry.create('nas-1', 'nas-1', GUID);
    assert.equal(await admin.hasToken(GUID), false);
    const first = await admin.claim(host, 'nas-1');
    assert.equal(first.guid, GUID);
    assert.ok(hub.credentials.accepts(GUID, first.token.reveal(), 0));
    const second = await admin.rotate(GUID);
    assert.ok(!hub.credentials.accepts(GUID, first.token.reveal(), 0));
    assert.ok(hub.credentials.accepts(GUID, second.token.reveal(), 0));
    assert.equal(await admin.revoke(GUID), true);
    assert.equal(await admin.revoke(GUID), false);
    assert.equal(await admin.deleteServer('nas-1'), true);
    assert.equal(await admin.deleteServer('nas-1'), false);
  });

  test('gives the hub’s own words where it refuses, and names the key that it does not accept', async () => {
    await using hub = await new StandInHub({ tokens: { [GUID]: 'old' } }).start();
    hub.registry.create('nas-1', 'nas-1', GUID);
    const host = await hostAt(hub.url);
    await assert.rejects(new HubAdmin(host, signal).claim(host, 'nas-1'), /already registered/);
    const wrong = await hostAt(hub.url, 'mistyped');
    await assert.rejects(new HubAdmin(wrong, signal).revoke(GUID), (error: unknown) => {
      assert.ok(error instanceof HubError);
      assert.match(error.message, /^401 .*does not accept homelab_deploy_hub_api_key/);
      return true;
    });
  });

  test('takes nothing but a token and a GUID of this server from a hub', async () => {
    const good = {
      server_id: 'nas-1',
      server_guid: GUID,
      api_token: `hlh_ag_8d7ad0a6_${'0'.repeat(64)}`,
    };
    assert.equal(JSON.stringify(await claimFrom(good)), `{"guid":"${GUID}","token":"[REDACTED]"}`);
    for (const bad of [
      { ...good, api_token: `hlh_ag_{{ lookup('pipe', 'id') }}` },
      { ...good, api_token: `${good.api_token}\nhomelab_agent_state: absent` },
      { ...good, server_guid: 'x' },
      { ...good, server_id: 'nas-2' },
      {},
    ]) {
      await assert.rejects(claimFrom(bad), (error: unknown) => {
        assert.ok(error instanceof HubError || error instanceof UserError, String(error));
        return true;
      });
    }
  });

  test('names the variable that is missing where there is no key', async () => {
    const host = await settingsOf(
      'all: {hosts: {nas-1: {homelab_agent_hub_url: "http://hub:8080", homelab_agent_api_token: t}}}\n',
    );
    assert.throws(() => new HubAdmin(host, signal), /Expected homelab_deploy_hub_api_key/);
  });
});
