import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planEnrolment } from '../../../../../deployer/commands/enroll/plan-enrolment.ts';
import { StandInHub } from '../../../../support/hub.ts';
import { settingsOf } from '../../inventory/settings-rig.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';
const OTHER = '11111111-2222-4333-8444-555555555555';

/** What an enrolment would do with one server of this hub. */
async function intent(
  hub: StandInHub,
  vars: Record<string, string> = {},
  rotate = false,
): Promise<{ kind: string; text: string }> {
  const all = {
    homelab_agent_hub_url: hub.url,
    homelab_deploy_hub_api_key: 'test-key',
    homelab_agent_api_token: 'none',
    ...vars,
  };
  const host = await settingsOf(`all: {hosts: {nas-1: ${JSON.stringify(all)}}}\n`);
  const { signal } = new AbortController();
  const [found] = await planEnrolment([host], { rotate, signal });
  return { kind: found?.kind ?? '', text: found?.text ?? '' };
}

suite('planEnrolment()', () => {
  test('claims for a server that the hub does not know, or knows without a token', async () => {
    await using hub = await new StandInHub().start();
    const unknown = await intent(hub);
    assert.equal(unknown.kind, 'claim');
    assert.match(unknown.text, /a new GUID, as the hub does not know this server/);
    hub.registry.create('nas-1', 'nas-1', GUID);
    const text = 'a new one, as the hub has none for it';
    assert.deepEqual(await intent(hub), { kind: 'claim', text });
  });

  test('keeps a token that the hub accepts, unless it is to be rotated', async () => {
    await using hub = await new StandInHub({ tokens: { [GUID]: 'good' } }).start();
    hub.registry.create('nas-1', 'nas-1', GUID);
    const own = { homelab_agent_api_token: 'good', homelab_agent_server_guid: GUID };
    assert.equal((await intent(hub, own)).kind, 'keep');
    assert.equal((await intent(hub, own, true)).kind, 'rotate');
    assert.equal((await intent(hub, { ...own, homelab_agent_api_token: 'old' })).kind, 'rotate');
  });

  test('says which GUID the inventory gets, and refuses a server that was removed on the hub', async () => {
    await using hub = await new StandInHub().start();
    hub.registry.create('nas-1', 'nas-1', GUID);
    const other = await intent(hub, { homelab_agent_server_guid: OTHER });
    assert.equal(other.kind, 'claim');
    assert.ok(other.text.includes(`becomes ${GUID}, which the hub has (before: ${OTHER})`));
    hub.remove('nas-1');
    assert.equal((await intent(hub)).kind, 'refuse');
  });

  test('touches nothing where the hub cannot be asked', async () => {
    await using hub = await new StandInHub().start();
    const wrong = { homelab_deploy_hub_api_key: 'mistyped' };
    await assert.rejects(intent(hub, wrong), /^UserError: Nothing was touched: 401/);
  });
});
