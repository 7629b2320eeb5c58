import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';

/** Long enough for a rotation to fall between two heartbeats. */
const INTERVAL = 30;

describe('tokens of single servers, on real servers', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string;
  let options: string[];
  const names = ['nas-1', 'pi-1'];

  before(async () => {
    fleet = await startFleet({ hosts: names });
    hub = await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    const password = join(fleet.directory, 'vault-password');
    await writeFile(password, 'open sesame\n', { mode: 0o600 });
    options = ['-i', inventory, '--vault-password-file', password];
    await write({ homelab_agent_api_key: fleet.apiKey });
    assert.equal((await pushJson(fleet, '--all', ...options)).code, 0);
  });
  after(async () => fleet?.stop());

  async function write(vars: Record<string, unknown>): Promise<void> {
    const common = {
      homelab_agent_gate_seconds: 1,
      homelab_agent_heartbeat_interval: INTERVAL,
    };
    await fleet.inventory(inventory, { vars: { ...common, ...vars } });
  }

  async function rows(): Promise<{ id: string; guid: string }[]> {
    return (await hub.api('GET', '/servers'))['servers'] as { id: string; guid: string }[];
  }

  async function enrollAll(): Promise<{ stdout: string; stderr: string }> {
    const { exitCode, stdout, stderr } = await deploy(
      fleet,
      'enroll',
      '--all',
      '--yes',
      ...options,
    );
    assert.equal(exitCode, 0, stdout + stderr);
    return { stdout, stderr };
  }

  async function configOf(name: string): Promise<string> {
    return (await fleet.host(name).exec('cat /etc/homelab-agent/config.yaml')).stdout;
  }

  test('without a vault password nothing is claimed', async () => {
    const { exitCode, stderr } = await deploy(fleet, 'enroll', '--all', '--yes', '-i', inventory);
    assert.equal(exitCode, 2);
    assert.match(stderr, /Expected a vault password/);
  });

  test('enroll gives each server a token, vaulted in the inventory and live at once', async () => {
    const before = await rows();
    await hub.forget();
    const { stdout, stderr } = await enrollAll();
    assert.match(stdout, /^nas-1 {2}changed +[\d.]+ s {2}beat accepted/m);
    assert.match(stderr, /rename homelab_agent_api_key to homelab_deploy_hub_api_key/);
    assert.doesNotMatch(stdout + stderr, /hlh_/);
    const written = await readFile(join(fleet.directory, 'host_vars/nas-1.yml'), 'utf8');
    assert.match(written, /^homelab_agent_api_token: !vault \|\n {2}\$ANSIBLE_VAULT;1\.1;AES256$/m);
    assert.deepEqual(
      await rows().then(all => all.map(({ id, guid }) => [id, guid])),
      before.map(({ id, guid }) => [id, guid]),
    );
    assert.ok((await hub.answers()).every(answer => answer === 200));
  });

  test('with the key at the deployer alone no server has it any more', async () => {
    await write({ homelab_agent_api_key: null, homelab_deploy_hub_api_key: fleet.apiKey });
    const { code, hosts } = await pushJson(fleet, '--all', ...options);
    assert.equal(code, 0, JSON.stringify(hosts));
    for (const name of names) {
      const config = await configOf(name);
      assert.doesNotMatch(config, new RegExp(fleet.apiKey));
      assert.match(config, /^api_token: "hlh_ag_/m);
    }
    assert.equal((await deploy(fleet, 'verify', ...options)).exitCode, 0);
    const doctor = await deploy(fleet, 'doctor', ...options);
    assert.doesNotMatch(doctor.stdout, /own key goes to/);
    const again = await deploy(fleet, 'enroll', '--all', '--yes', ...options);
    assert.match(again.stdout, /^2 servers: 2 unchanged$/m);
  });

  test('a rotation loses no heartbeat', async () => {
    await hub.forget();
    const before = await configOf('nas-1');
    const args = ['enroll', '--all', '--rotate', '--yes', ...options];
    const { exitCode, stdout } = await deploy(fleet, ...args);
    assert.equal(exitCode, 0, stdout);
    assert.notEqual(await configOf('nas-1'), before);
    assert.deepEqual([...new Set(await hub.answers())], [200]);
    assert.deepEqual(
      (await pushJson(fleet, '--all', ...options)).hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
  });

  test('enroll --all recovers every server after the hub was rebuilt, and makes no second row', async () => {
    await hub.forget({ servers: true });
    const refused = await deploy(fleet, 'push', '--all', ...options);
    assert.equal(refused.exitCode, 2);
    await enrollAll();
    assert.deepEqual((await rows()).map(({ id }) => id).toSorted(), names);
    const { code, hosts } = await pushJson(fleet, '--all', ...options);
    assert.deepEqual([code, ...hosts.map(({ outcome }) => outcome)], [0, 'unchanged', 'unchanged']);
    await hub.waitForBeats(names);
  });

  test('a server that cannot be reached keeps the token that it has', async () => {
    await fleet.host('pi-1').cut();
    const args = ['enroll', 'pi-1', '--rotate', '--yes', ...options];
    const { exitCode } = await deploy(fleet, ...args);
    assert.equal(exitCode, 3);
    await fleet.host('pi-1').boot();
    const { code } = await pushJson(fleet, 'pi-1', ...options);
    assert.equal(code, 0);
  });

  test('revoke ends a token, and enroll gives a new one', async () => {
    const unsure = await deploy(fleet, 'revoke', 'pi-1', ...options);
    assert.equal(unsure.exitCode, 2);
    assert.match(unsure.stderr, /Not a terminal, pass --yes/);
    const { exitCode, stdout } = await deploy(fleet, 'revoke', 'pi-1', '--yes', ...options);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^pi-1 {2}changed/m);
    assert.equal((await deploy(fleet, 'push', 'pi-1', ...options)).exitCode, 2);
    assert.equal((await deploy(fleet, 'enroll', 'pi-1', '--yes', ...options)).exitCode, 0);
    assert.equal((await pushJson(fleet, 'pi-1', ...options)).code, 0);
  });

  test('uninstall says what stays on the hub, and deletes a server there only when its name is typed', async () => {
    const kept = await deploy(fleet, 'uninstall', 'pi-1', '--yes', ...options);
    assert.equal(kept.exitCode, 0);
    assert.match(kept.stderr, /^The hub keeps pi-1 with history and alerts/m);
    const args = ['uninstall', 'pi-1', '--from-hub', '--yes', ...options];
    const refused = await deploy(fleet, ...args);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /Expected a terminal to confirm --from-hub on/);
    assert.equal((await rows()).length, 2);
  });

  test('a server without an agent is enrolled without ever having the hub’s own key', async () => {
    await deploy(fleet, 'uninstall', 'nas-1', '--purge', '--yes', ...options);
    await hub.api('DELETE', '/servers/nas-1');
    await rm(join(fleet.directory, 'host_vars/nas-1.yml'));
    const early = await deploy(fleet, 'push', 'nas-1', ...options);
    assert.equal(early.exitCode, 2);
    assert.match(early.stderr, /"homelab-deploy enroll" gets one from the hub/);
    const { exitCode, stdout } = await deploy(fleet, 'enroll', 'nas-1', '--yes', ...options);
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^nas-1 {2}changed +[\d.]+ s {2}beat accepted/m);
    assert.doesNotMatch(await configOf('nas-1'), /api_key/);
  });
});
