import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { hubViews } from '../../../../deployer/hub/hub-view.ts';
import { settingsOf } from '../inventory/settings-rig.ts';

suite('hubViews()', () => {
  const keys: unknown[] = [];
  const hub = createServer((request, response) => {
    keys.push(request.headers['x-api-key']);
    response.end('{"servers":[]}');
  });
  const options = { timeoutMs: 2_000, signal: new AbortController().signal };
  let vars: string;

  before(async () => {
    await new Promise<void>(resolve => hub.listen(0, '127.0.0.1', resolve));
    const { port } = hub.address() as AddressInfo;
    vars = `all:\n  vars:\n    homelab_agent_hub_url: http://127.0.0.1:${port}\n    homelab_agent_api_token: hlh_ag_0\n`;
  });
  after(() => hub.close());

  test('asks with the key that the deployer keeps for itself', async () => {
    const host = await settingsOf(
      `${vars}    homelab_deploy_hub_api_key: master\n  hosts: {nas-1: }\n`,
    );
    assert.deepEqual([...(await hubViews([host], options))], [['nas-1', { kind: 'unknown' }]]);
    assert.deepEqual(keys, ['master']);
  });

  test('does not ask where there is only a token of one server, and says what is missing', async () => {
    const host = await settingsOf(`${vars}  hosts: {nas-1: }\n`);
    const view = (await hubViews([host], options)).get('nas-1');
    assert.match(view?.kind === 'trouble' ? view.reason : '', /homelab_deploy_hub_api_key/);
    assert.equal(keys.length, 1);
  });
});
