import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { deploy, liveRelease, mainPid, pushJson } from '../../support/deploy.ts';
import type { HubClient } from '../../support/hub-client.ts';
import { need } from '../../support/need.ts';
import { stubDist } from './stub-dist.ts';

/** Nothing here depends on how long the gate waits, but for the release that dies. */
const BRIEF = { homelab_agent_gate_seconds: 1 };

describe('homelab-deploy push on real servers', need('servers'), () => {
  let fleet: Fleet;
  let hub: HubClient;
  let inventory: string;
  const names = ['nas-1', 'pi-1'];

  before(async () => {
    fleet = await startFleet({ hosts: names, withoutPython: ['pi-1'] });
    hub = await fleet.startHub();
    inventory = join(fleet.directory, 'inventory.yaml');
    await fleet.inventory(inventory, { vars: BRIEF });
  });
  after(async () => fleet?.stop());

  test('without --all or a pattern it touches nothing and says so', async () => {
    const { exitCode, stderr, stdout } = await deploy(fleet, 'push', '-i', inventory);
    assert.equal(exitCode, 2);
    assert.match(
      stderr,
      /^homelab-deploy: Expected hosts, groups or --all, found none: nothing was touched; see "homelab-deploy push --help"$/,
    );
    assert.equal(stdout, '');
  });

  test('--check says what a first install would do and writes nothing', async () => {
    const { code, hosts } = await pushJson(fleet, '--all', '--check', '-i', inventory);
    assert.equal(code, 0);
    assert.deepEqual(
      hosts.map(({ host, outcome, sent_bytes }) => [host, outcome, sent_bytes]),
      names.map(name => [name, 'changed', 0]),
    );
    const { stdout } = await fleet
      .host('nas-1')
      .exec('ls -d /opt/homelab-agent /etc/homelab-agent || true');
    assert.equal(stdout, '');
  });

  test('a server whose file system is read-only is refused, and doctor says so', async () => {
    const nas = fleet.host('nas-1');
    await nas.exec('mount -t tmpfs -o ro none /opt');
    const sentence =
      'Expected to be able to write /opt/homelab-agent, found /opt mounted read-only';
    const { code, hosts } = await pushJson(fleet, 'nas-1', '--yes', '-i', inventory);
    assert.deepEqual([code, hosts[0]?.outcome, hosts[0]?.sent_bytes], [1, 'failed', 0]);
    assert.ok(hosts[0]?.reason?.startsWith(sentence), hosts[0]?.reason ?? '');
    const doctor = await deploy(fleet, 'doctor', 'nas-1', '-i', inventory);
    assert.match(doctor.stdout, new RegExp(`fail  ${sentence}`));
    await nas.exec('umount /opt');
  });

  test('the first push brings every server to beating, one of them without Python', async () => {
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 0, JSON.stringify(hosts));
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['changed', 'changed'],
    );
    await hub.waitForBeats(names);
    assert.equal(await liveRelease(fleet, 'nas-1'), hosts[0]?.release);
  });

  test('the second push changes nothing and restarts nothing', async () => {
    const pids = await Promise.all(names.map(name => mainPid(fleet, name)));
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 0);
    assert.deepEqual(
      hosts.map(({ outcome, sent_bytes }) => [outcome, sent_bytes]),
      [
        ['unchanged', 0],
        ['unchanged', 0],
      ],
    );
    assert.deepEqual(await Promise.all(names.map(name => mainPid(fleet, name))), pids);
  });

  test('a change of configuration sends the configuration alone, and its diff masks the key', async () => {
    const changed = join(fleet.directory, 'changed.yaml');
    await fleet.inventory(changed, { vars: { ...BRIEF, homelab_agent_heartbeat_interval: 30 } });
    const { code, hosts } = await pushJson(fleet, 'nas-1', '--diff', '-i', changed);
    assert.equal(code, 0);
    assert.equal(hosts.length, 1);
    assert.equal(hosts[0]?.outcome, 'changed');
    assert.ok((hosts[0]?.sent_bytes ?? 0) < 10_000, `${hosts[0]?.sent_bytes}`);
    assert.match(hosts[0]?.diff ?? '', /^-heartbeat_interval: 60\n\+heartbeat_interval: 30$/m);
    assert.match(hosts[0]?.diff ?? '', /^ api_key: "\(hidden\)"$/m);
    assert.doesNotMatch(hosts[0]?.diff ?? '', new RegExp(fleet.apiKey));
    assert.equal((await pushJson(fleet, 'nas-1', '-i', changed)).hosts[0]?.outcome, 'unchanged');
    assert.equal((await pushJson(fleet, 'nas-1', '-i', inventory)).hosts[0]?.outcome, 'changed');
  });

  test('a configuration that was edited by hand is fixed, with the difference shown', async () => {
    await fleet.host('pi-1').exec('echo "log_level: debug" >> /etc/homelab-agent/config.yaml');
    const { hosts } = await pushJson(fleet, 'pi-1', '--diff', '-i', inventory);
    assert.equal(hosts[0]?.outcome, 'changed');
    assert.match(hosts[0]?.diff ?? '', /^-log_level: debug$/m);
    assert.equal((await pushJson(fleet, 'pi-1', '-i', inventory)).hosts[0]?.outcome, 'unchanged');
  });

  test('a release that dies is rolled back: exit code 1, the reason and the journal on the screen', async () => {
    const dist = await mkdtemp(join(fleet.directory, 'dist-'));
    await stubDist(dist, '0.2.0', 'dies after 3 s');
    const release = await liveRelease(fleet, 'nas-1');
    const patient = join(fleet.directory, 'patient.yaml');
    await fleet.inventory(patient);
    const { exitCode, stdout } = await deploy(
      fleet,
      'push',
      'nas-1',
      '--dist',
      dist,
      '-i',
      patient,
    );
    assert.equal(exitCode, 1);
    assert.match(stdout, /^nas-1 {2}rolled-back +[\d.]+ s {2}.*ended within/m);
    assert.match(stdout, /^ {4}\| .+/m);
    assert.match(stdout, /^1 server: 1 rolled-back$/m);
    assert.equal(await liveRelease(fleet, 'nas-1'), release);
    assert.equal((await pushJson(fleet, 'nas-1', '-i', inventory)).hosts[0]?.outcome, 'unchanged');
  });

  test('no secret is on a command line, in the journal or in a file that others can read', async () => {
    const host = fleet.host('nas-1');
    const { stdout: journal } = await host.exec(`journalctl | grep -c '${fleet.apiKey}' || true`);
    // The search's own command line is not in the journal: it came without ssh or sudo.
    assert.equal(journal, '0');
    const { stdout: files } = await host.exec(
      `find / -xdev -type f -perm /o=r -newer /etc/hostname -exec grep -l '${fleet.apiKey}' {} + 2>/dev/null || true`,
    );
    assert.equal(files, '');
    assert.equal((await host.exec('ls /opt')).stdout.match(/incoming/), null);
  });

  test('a server that is off is unreachable, the others are served, exit code 3', async () => {
    await fleet.host('pi-1').cut();
    const { code, hosts } = await pushJson(fleet, '--all', '-i', inventory);
    assert.equal(code, 3);
    assert.deepEqual(
      hosts.map(({ outcome }) => outcome),
      ['unchanged', 'unreachable'],
    );
    const away = await deploy(fleet, 'status', '-i', inventory);
    assert.equal(away.exitCode, 3);
    assert.match(away.stdout, /^pi-1 +unreachable .*\nnas-1 +beating /m);
  });

  test('a server that may be off is no trouble', async () => {
    const optional = join(fleet.directory, 'optional.yaml');
    await fleet.inventory(optional, { hosts: { 'pi-1': { homelab_agent_optional: true } } });
    assert.equal((await pushJson(fleet, '--all', '-i', optional)).code, 0);
    await fleet.host('pi-1').boot();
  });

  test('a host key that is not the known one is refused before anything is sent', async () => {
    const other = join(fleet.directory, 'known_hosts_other');
    const [nas, pi] = (await fleet.run(['cat', fleet.knownHostsFile])).stdout.split('\n');
    const swapped = `${pi?.split(' ')[0]} ${nas?.split(' ').slice(1).join(' ')}\n`;
    await writeFile(other, swapped);
    const file = join(fleet.directory, 'other-key.yaml');
    const args = `-o UserKnownHostsFile=${other} -o IdentitiesOnly=yes`;
    await fleet.inventory(file, { vars: { ansible_ssh_common_args: args } });
    const { code, hosts } = await pushJson(fleet, 'pi-1', '-i', file);
    assert.equal(code, 1);
    assert.equal(hosts[0]?.outcome, 'failed');
    assert.match(hosts[0]?.reason ?? '', /host key/i);
    assert.match(hosts[0]?.reason ?? '', /SHA256:/);
  });

  test('a key that is not the one known for the address is refused where CheckHostIP is on', async () => {
    const other = join(fleet.directory, 'known_hosts_address');
    const [nas, pi] = (await fleet.run(['cat', fleet.knownHostsFile])).stdout.split('\n');
    const [names = '', ...key] = nas?.split(' ') ?? [];
    const address = names.split(',')[1];
    await writeFile(
      other,
      `nas-1 ${key.join(' ')}\n${address} ${pi?.split(' ').slice(1).join(' ')}\n`,
    );
    const file = join(fleet.directory, 'address.yaml');
    const args = `-o UserKnownHostsFile=${other} -o CheckHostIP=yes`;
    await fleet.inventory(file, {
      vars: { ansible_ssh_common_args: args },
      hosts: { 'nas-1': { ansible_host: 'nas-1' } },
    });
    for (const transport of ['node-ssh', 'openssh']) {
      const { hosts } = await pushJson(fleet, 'nas-1', '-i', file, '--transport', transport);
      assert.equal(hosts[0]?.outcome, 'failed');
      assert.match(hosts[0]?.reason ?? '', /host key.*address/i);
    }
  });

  test('a login that is refused fails with the user named', async () => {
    const file = join(fleet.directory, 'nobody.yaml');
    await fleet.inventory(file, { vars: { ansible_user: 'nobody' } });
    const { code, hosts } = await pushJson(fleet, 'pi-1', '-i', file);
    assert.equal(code, 1);
    assert.match(hosts[0]?.reason ?? '', /nobody/);
  });

  test('a server without room, or of another kind, is refused before anything is sent', async () => {
    const host = fleet.host('pi-1');
    await host.exec('mount -t tmpfs -o size=1M tmpfs /opt/homelab-agent');
    const dist = await mkdtemp(join(fleet.directory, 'dist-'));
    await stubDist(dist, '0.3.0', 'good');
    const full = await pushJson(fleet, 'pi-1', '--dist', dist, '-i', inventory);
    await host.exec('umount /opt/homelab-agent');
    assert.equal(full.code, 1);
    assert.match(
      full.hosts[0]?.reason ?? '',
      /^Expected \d+ MB free for \/opt\/homelab-agent on tmpfs, found 1 MB/,
    );
    await host.exec(
      "printf '#!/bin/sh\\necho armv7l\\n' >/usr/local/sbin/uname; chmod 755 /usr/local/sbin/uname",
    );
    const other = await pushJson(fleet, 'pi-1', '-i', inventory);
    await host.exec('rm /usr/local/sbin/uname');
    assert.equal(other.code, 1);
    assert.match(other.hosts[0]?.reason ?? '', /found armv7l/);
  });
});
