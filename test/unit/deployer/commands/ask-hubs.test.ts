import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { after, before, suite, test } from 'node:test';
import { askHubs } from '../../../../deployer/commands/ask-hubs.ts';
import { UserError } from '../../../../deployer/lib/errors.ts';
import { StandInHub } from '../../../support/hub.ts';
import { testContext } from '../../../support/test-context.ts';
import { settingsOf } from '../inventory/settings-rig.ts';

const GUID = '8d7ad0a6-2c2c-4b52-9a3f-0f2f4b6c1a11';

/** What a context was told on standard error. */
function said({ stderr }: ReturnType<typeof testContext>): string {
  return stderr instanceof PassThrough ? String(stderr.read() ?? '') : '';
}

suite('askHubs()', () => {
  let hub: StandInHub;
  let url: string;
  before(async () => {
    hub = await new StandInHub({ tokens: { [GUID]: 'hlh_ag_1' } }).start();
    // Leads to this machine like 127.0.0.1, and is not called loopback.
    url = hub.url.replace('127.0.0.1', '0.0.0.0');
  });
  after(() => hub.stop());

  const host = (name: string, ...lines: string[]) =>
    settingsOf(
      `all: {hosts: {${name}: }, vars: {${lines.map(line => `homelab_agent_${line}`).join(', ')}}}\n`,
    );

  test('asks once for each URL and credential, and names the servers that would be refused', async () => {
    hub.forget();
    const context = testContext();
    const good = [`hub_url: "${url}"`, 'api_key: test-key'];
    const bad = [`hub_url: "${url}"`, 'api_key: mistyped'];
    const fleet = await Promise.all([
      host('nas-1', ...good),
      host('nas-2', ...good),
      host('pi-1', ...bad),
      host('pi-2', ...bad),
    ]);
    const refusals = await askHubs(context, fleet);
    assert.deepEqual([...refusals.keys()], ['pi-1', 'pi-2']);
    assert.match(
      refusals.get('pi-1') ?? '',
      /^Nothing was touched: 401 Unauthorized.*does not accept homelab_agent_api_key/,
    );
    assert.equal(hub.requests.length, 2);
    assert.equal(said(context), '');
  });

  test('ends the run with exit code 2 when the hub would refuse all servers', async () => {
    const context = testContext();
    const fleet = [await host('pi-1', `hub_url: "${url}/api"`, 'api_key: test-key')];
    await assert.rejects(askHubs(context, fleet), (error: unknown) => {
      assert.ok(error instanceof UserError);
      assert.equal(error.exitCode, 2);
      assert.match(
        error.message,
        /^No heartbeat would be accepted, nothing was touched.*\n {2}pi-1: 404 .*the hub answers at/,
      );
      return true;
    });
  });

  test('asks with a server’s own token where its GUID is in the inventory, else not at all', async () => {
    hub.forget();
    const context = testContext();
    const token = [`hub_url: "${url}"`, 'api_token: hlh_ag_1'];
    const fleet = [
      await host('nas-1', ...token, `server_guid: ${GUID}`),
      await host('nas-2', ...token),
    ];
    assert.deepEqual([...(await askHubs(context, fleet))], []);
    assert.deepEqual(
      hub.requests.map(({ headers }) => headers['x-server-guid']),
      [GUID],
    );
  });

  test('warns of what is not certain from here, and does not ask a hub on loopback', async () => {
    hub.forget();
    const context = testContext();
    const fleet = [
      await host('nas-1', 'hub_url: "http://hub.invalid:8080"', 'api_key: test-key'),
      await host('nas-2', `hub_url: "${hub.url}"`, 'api_key: mistyped'),
      await host('nas-3', 'hub_url: "http://localhost:8080"', 'api_key: mistyped'),
    ];
    assert.deepEqual([...(await askHubs(context, fleet))], []);
    assert.match(said(context), /^Warning: From here it is not certain.*hub\.invalid.*\n$/);
    assert.deepEqual(hub.requests, []);
  });
});
