import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { mainPid, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { refusalsOf } from '../../support/hub-validation.ts';
import { need } from '../../support/need.ts';

/** A server of Debian 12 that is the only way to one of Debian 13, over a link that is slow. */
suite('a push to servers of two Debian releases, one behind the other', need('servers'), () => {
  const names = ['nas-1', 'minipc-1'];
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string;

  before(async () => {
    fleet = await startFleet({
      hosts: names,
      withoutPython: names,
      each: { 'minipc-1': { base: 'trixie' } },
    });
    hub = await fleet.startHub();
    await fleet.host('minipc-1').hide();
    inventory = join(fleet.directory, 'inventory.yaml');
    const jump = `-o ProxyCommand="ssh -F ${fleet.sshConfigFile} -W %h:%p nas-1"`;
    const known = `-o UserKnownHostsFile=${fleet.knownHostsFile} -o IdentitiesOnly=yes`;
    await fleet.inventory(inventory, {
      hosts: { 'minipc-1': { ansible_ssh_common_args: `${known} ${jump}` } },
    });
  });
  after(() => fleet?.stop());

  test('brings both to beating, each as the system that it is', async () => {
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
    const beats = await hub.waitForBeats(names);
    const versions = names.map(name => {
      const beat = beats.find(({ body }) => body.server_id === name);
      assert.deepEqual(refusalsOf(beat?.body), []);
      const os = beat?.body['os_info'] as { version: string } | undefined;
      return os?.version;
    });
    assert.deepEqual(
      versions.map(version => version?.split(' ')[0]),
      ['12', '13'],
    );
  });

  test('changes nothing the second time', async () => {
    const before = await Promise.all(names.map(name => mainPid(fleet, name)));
    const { hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unchanged'],
    );
    assert.deepEqual(await Promise.all(names.map(name => mainPid(fleet, name))), before);
  });

  test('says that the one behind is unreachable while the way to it is off', async () => {
    await fleet.host('nas-1').powerOff();
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 3);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['unreachable', 'unreachable'],
    );
    await fleet.host('nas-1').boot();
  });
});

suite('a push over a bad link', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  const name = 'pi-1';

  before(async () => {
    fleet = await startFleet({ hosts: [name], withoutPython: [name] });
    hub = await fleet.startHub();
  });
  after(() => fleet?.stop());

  test('that breaks in the middle of the transfer leaves nothing behind, and the next one goes through', async () => {
    const host = fleet.host(name);
    const proxy = await fleet.proxy(host, { cutAfter: 5_000_000, times: 1 });
    const inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, {
      hosts: {
        [name]: {
          ansible_host: proxy.host,
          ansible_port: proxy.port,
          ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHostsFile} -o HostKeyAlias=${name}`,
        },
      },
    });
    const broken = await pushJson(fleet, '--all', '-i', inventory);
    assert.notEqual(broken.code, 0, JSON.stringify(broken.hosts));
    const left = 'ls -d /opt/homelab-agent /opt/homelab-agent.incoming.* 2>/dev/null';
    await host.exec(`while ${left}; do sleep 0.2; done`, { timeout: 60_000 });
    const whole = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(whole.code, 0, JSON.stringify(whole.hosts));
    await hub.waitForBeats([name]);
    proxy.stop();
  });
});
