import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import { fleetCgroups } from '../../fleet/fleet-cgroups.ts';
import { fleetName, registryDir } from '../../fleet/fleet-names.ts';
import { need } from '../../support/need.ts';

const FLEET_MODULE = fileURLToPath(new URL('../../fleet/fleet.ts', import.meta.url));

suite('a fleet', need('servers'), () => {
  let fleet: Fleet;
  const ssh = (host: string, command: string, ...options: string[]) =>
    fleet.run(['ssh', '-F', fleet.sshConfigFile, ...options, host, command], { reject: false });

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1', 'pi-1'], withoutPython: ['pi-1'] });
  });
  after(() => fleet?.stop());

  test('runs systemd as PID 1 with no failed unit on each server', async () => {
    for (const host of fleet.hosts) {
      await host.exec('systemctl is-system-running --wait', { timeout: 60_000 });
      assert.equal((await host.exec('systemctl --failed --no-legend')).stdout, '');
      assert.equal((await host.exec('cat /proc/1/comm')).stdout, 'systemd');
      assert.equal((await host.exec('hostname')).stdout, host.name);
    }
  });

  test("accepts the operator's login with the fleet key and a checked host key, and sudo to root", async () => {
    const { stdout, stderr } = await ssh('nas-1', 'id -un; sudo -n id -un; cat /etc/machine-id');
    const [user, root, machine] = stdout.split('\n');
    assert.deepEqual([user, root, stderr], ['admin', 'root', '']);
    const other = (await ssh('pi-1', 'cat /etc/machine-id')).stdout;
    assert.match(other, /^[0-9a-f]{32}$/);
    assert.notEqual(machine, other);
  });

  test('has no Python where none was asked for', async () => {
    assert.equal((await ssh('pi-1', 'python3 -V')).exitCode, 127);
    assert.equal((await ssh('nas-1', 'python3 -V')).exitCode, 0);
  });

  test('gives each server its own services, though they lie on one machine', async () => {
    await fleet.host('nas-1').exec('systemctl stop ssh');
    assert.equal((await ssh('nas-1', 'true')).exitCode, 255);
    assert.equal((await ssh('pi-1', 'systemctl is-active ssh')).stdout, 'active');
    await fleet.host('nas-1').exec('systemctl start ssh');
    assert.equal((await ssh('nas-1', 'true')).exitCode, 0);
  });

  test('keeps the disk over a reboot, a power-off and a power cut', async () => {
    const host = fleet.host('nas-1');
    await host.exec('echo kept > /var/lib/kept; sync');
    const before = host.leader;
    await host.reboot();
    assert.notEqual(host.leader, before);
    assert.equal((await ssh('nas-1', 'cat /var/lib/kept')).stdout, 'kept');
    await host.powerOff();
    await assert.rejects(host.exec('true'), /nas-1 is off/);
    await host.boot();
    await host.cut();
    assert.equal((await ssh('nas-1', 'true', '-o', 'ConnectTimeout=1')).exitCode, 255);
    await host.boot();
    assert.equal((await ssh('nas-1', 'cat /var/lib/kept')).stdout, 'kept');
  });

  test('loses a server whose cable is pulled, and finds it again', async () => {
    const host = fleet.host('nas-1');
    await host.unplug();
    assert.equal((await ssh('nas-1', 'true', '-o', 'ConnectTimeout=1')).exitCode, 255);
    await host.plug();
    assert.equal((await ssh('nas-1', 'true', '-o', 'ConnectTimeout=20')).exitCode, 0);
  });

  test('hides a server behind a jump host', async () => {
    await fleet.host('nas-1').hide();
    assert.equal((await ssh('nas-1', 'true', '-o', 'ConnectTimeout=1')).exitCode, 255);
    // The config goes with the jump as well, which `-J` alone would not do.
    const jump = `ProxyCommand=ssh -F ${fleet.sshConfigFile} -W %h:%p pi-1`;
    assert.equal((await ssh('nas-1', 'hostname', '-o', jump)).stdout, 'nas-1');
    await fleet.host('nas-1').show();
    assert.equal((await ssh('nas-1', 'hostname', '-o', 'ConnectTimeout=20')).stdout, 'nas-1');
  });

  test('breaks a connection where it is asked to, and makes a link slow', async () => {
    const host = fleet.host('nas-1');
    const proxy = await fleet.proxy(host, { cutAfter: 20_000, times: 1 });
    const at = [
      '-p',
      String(proxy.port),
      '-o',
      `HostName=${proxy.host}`,
      '-o',
      'HostKeyAlias=nas-1',
    ];
    const send = (bytes: number) =>
      fleet.run(['ssh', '-F', fleet.sshConfigFile, ...at, 'nas-1', 'wc -c'], {
        input: 'x'.repeat(bytes),
        reject: false,
      });
    assert.equal((await send(100_000)).exitCode, 255);
    assert.equal((await send(100_000)).stdout, '100000');
    proxy.stop();
    await host.slowDown(1_000);
    const shown = await fleet.run(['tc', 'qdisc', 'show']);
    assert.match(shown.stdout, /tbf .*rate 1Mbit/);
    await host.slowDown();
  });

  test('has a hub that the servers reach, and no way to any other network', async () => {
    const hub = await fleet.startHub();
    const beat = '{"server_id":"nas-1","hostname":"nas-1","timestamp":"2026-01-01T00:00:00Z"}';
    const url = `${fleet.hubUrl}/api/v1/agents/heartbeat`;
    const headers = `-H 'Content-Type: application/json' -H 'X-API-Key: ${fleet.apiKey}'`;
    await fleet.host('nas-1').exec(`curl -sSf ${headers} -d '${beat}' ${url}`);
    assert.equal((await hub.beats('nas-1')).length, 1);
    assert.equal((await fleet.run(['ip', 'route', 'show', 'default'])).stdout, '');
    assert.equal((await fleet.run(['cat', '/proc/sys/net/ipv4/ip_forward'])).stdout, '0');
  });

  test('stands beside another, which leaves nothing behind when it is stopped', async () => {
    const other = await startFleet({ hosts: 1 });
    assert.notEqual(other.number, fleet.number);
    assert.equal((await other.host('host-1').exec('hostname')).stdout, 'host-1');
    await other.stop();
    assert.deepEqual(tracesOf(other.number, process.pid), []);
    assert.equal((await ssh('nas-1', 'true')).exitCode, 0);
  });

  test('that died with its process is cleared away when the next one starts', async () => {
    const script = `
      import { startFleet } from ${JSON.stringify(FLEET_MODULE)};
      const fleet = await startFleet({ hosts: 1 });
      await fleet.startHub();
      process.stdout.write(String(fleet.number), () => process.kill(process.pid, 'SIGKILL'));`;
    const dead = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let number = '';
    dead.stdout.on('data', chunk => {
      number += chunk;
    });
    await once(dead, 'close');
    assert.match(number, /^\d+$/);
    const next = await startFleet({ hosts: 1 });
    await next.stop();
    assert.deepEqual(tracesOf(Number(number), dead.pid), []);
  });
});

/** Whatever of a process's fleet is still on this machine; its number may be that of another process's by now. */
function tracesOf(fleet: number, owner: number | undefined): string[] {
  const file = join(registryDir(fleet), 'owner.json');
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).pid !== owner) return [];
  const prefix = `${fleetName(fleet)}-`;
  const namespaces = readdirSync('/run/netns').filter(name => name.startsWith(prefix));
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter(line => line.includes(`/homelab-fleet/fleets/${fleet}/`));
  const left = [registryDir(fleet), ...fleetCgroups(fleet)].filter(path => existsSync(path));
  return [...namespaces, ...mounts, ...left];
}
