import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import type { Heartbeat } from '../../../agent/contract/heartbeat.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { assertBetween } from '../../support/between.ts';
import { need } from '../../support/need.ts';
import { AgentOnHost } from './agent-on-host.ts';

const config = `hub_url: http://127.0.0.1:8080
server_id: nas-1
api_key: key
root_mount: /
monitored_services: [masked, gone, waiting, nightly, slow, ssh]
`;

const units = `
unit() { printf '%s\\n' "$2" > "/etc/systemd/system/$1"; }
for name in masked gone; do unit $name.service '[Service]
ExecStart=/bin/sleep infinity'; done
unit waiting.service '[Service]
ExecStart=/bin/sleep infinity'
unit waiting.socket '[Socket]
ListenStream=127.0.0.1:9911'
unit nightly.service '[Service]
Type=oneshot
ExecStart=/bin/true'
unit nightly.timer '[Timer]
OnCalendar=daily'
unit slow.service '[Service]
ExecStart=/bin/sh -c "trap : TERM; while :; do sleep 1; done"
TimeoutStopSec=600
KillMode=process'
systemctl daemon-reload
systemctl start masked gone waiting.socket nightly.timer nightly.service slow
ln -sf /dev/null /etc/systemd/system/masked.service
rm /etc/systemd/system/gone.service
systemctl daemon-reload
systemctl stop --no-block slow
ip link add mac0 link eth0 type macvlan
ip link set mac0 up
`;

suite('a beat of a host with odd units, mounts and load', need('servers'), () => {
  let fleet: Fleet;
  let host: FleetHost;
  let agent: AgentOnHost;
  let beat: Heartbeat;
  let journal: string;
  const loops: string[] = [];
  const tool = async (command: string): Promise<string> => (await host.exec(command)).stdout;

  /** A disk of 64 MiB with a file system, mounted on the host. */
  async function mountDisk(at: string): Promise<void> {
    const image = join(host.root, `srv/disk-${loops.length}`);
    await execa('truncate', ['--size=64M', image]);
    await execa('mkfs.ext4', ['-q', '-m', '0', image]);
    const { stdout: device } = await execa('losetup', ['--find', '--show', image]);
    loops.push(device);
    const number = device.replace('/dev/loop', '');
    // The host has a /dev of its own.
    await host.exec(`[ -b ${device} ] || mknod ${device} b 7 ${number}`);
    await host.exec(`mkdir -p '${at}' && mount ${device} '${at}'`);
  }

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    host = fleet.host('nas-1');
    await host.exec(units);
    for (const at of ['/var/lib/docker', '/mnt/under', '/mnt']) await mountDisk(at);
    await host.exec('mkdir -p /media/alice && chmod 750 /media/alice');
    await mountDisk('/media/alice/usb');
    agent = await AgentOnHost.put(host, config);
    ({ beat, journal } = await agent.print());
  });
  after(async () => {
    await fleet?.stop();
    for (const device of loops) await execa('losetup', ['--detach', device], { reject: false });
  });

  const service = (name: string) => {
    const found = beat.services?.find(each => each.name === name);
    return [found?.status, found?.status_reason];
  };

  test('has units whose file was masked or removed while they ran as running, with the reason', async () => {
    assert.deepEqual(service('masked'), ['running', 'masked']);
    assert.deepEqual(service('gone'), ['running', 'its unit file is gone']);
    const pid = await tool('systemctl show --property=MainPID --value masked');
    assert.equal(beat.services?.[0]?.pid, Number(pid));
  });

  test('has services that wait for their socket or timer as idle', () => {
    assert.deepEqual(service('waiting'), ['running', 'idle: waiting.socket listens']);
    assert.deepEqual(service('nightly'), [
      'running',
      'idle: last run succeeded, next by nightly.timer',
    ]);
  });

  test('has a unit that takes minutes to stop as stopping', () => {
    assert.deepEqual(service('slow'), ['stopped', 'stopping (stop-sigterm)']);
  });

  test('has a socket that was stopped as its service stopped', async () => {
    await host.exec('systemctl stop waiting.socket');
    const later = (await agent.print()).beat.services?.find(each => each.name === 'waiting');
    assert.equal(later?.status, 'stopped');
  });

  test('has the rows of df, wherever a disk is mounted, and none that a later mount hides', async () => {
    const listed = await tool('df -B1 --output=target,size,used,avail --type=ext4');
    const rows = listed
      .trim()
      .split('\n')
      .slice(1)
      .map(line => line.trim().split(/ +/));
    // What the machine's nspawn mounts is none of the host's.
    const places = rows.flatMap(([target = '']) => (target.startsWith('/run/host') ? [] : target));
    assert.deepEqual(places.sort(), ['/media/alice/usb', '/mnt', '/var/lib/docker']);
    const ours = beat.filesystems?.filter(each => each.fs_type === 'ext4') ?? [];
    assert.deepEqual(
      ours.map(each => each.mount_point),
      ['/mnt', '/var/lib/docker'],
    );
    for (const disk of ours) {
      const row = rows.find(([target]) => target === disk.mount_point);
      assert.deepEqual(
        [disk.total_bytes, disk.used_bytes, disk.available_bytes],
        row?.slice(1).map(Number),
      );
    }
  });

  test('has a disk below a private directory as a warning that names it', () => {
    assert.match(
      journal,
      /\/media\/alice\/usb \(ext4\) is left out: the agent may not enter a directory above it code=filesystem-unreadable subject=\/media\/alice\/usb$/m,
    );
  });

  test('counts what runs over a macvlan once', async () => {
    const links: { ifname: string; stats64: { rx: { bytes: number } } }[] = JSON.parse(
      await tool('ip -s -j link'),
    );
    const eth0 = links.find(each => each.ifname === 'eth0')?.stats64.rx.bytes ?? 0;
    assertBetween(beat.metrics?.network_rx_bytes, [1, eth0, 0]);
    assert.equal(
      beat.metrics?.network_rx_bytes,
      beat.network_interfaces?.find(each => each.name === 'eth0')?.rx_bytes,
    );
  });

  test('stays between two readings of the system’s own tools under load', async () => {
    const readings = async () => {
      const memory = (await tool('free -b')).split('\n')[1]?.match(/\d+/g)?.map(Number) ?? [];
      const disk = (await tool('df -B1 --output=used,avail /mnt')).match(/\d+/g)?.map(Number);
      const links = JSON.parse(await tool('ip -s -j link show eth0'));
      const pid = await tool('systemctl show --property=MainPID --value ssh');
      return {
        memory: ((memory[0] ?? 0) - (memory[5] ?? 0)) / 2 ** 20,
        used: disk?.[0] ?? 0,
        rx: Number(links[0].stats64.rx.bytes),
        pid: Number(pid),
      };
    };
    await host.exec(
      `systemd-run --quiet --unit=load sh -c 'while :; do head -c 4M /dev/urandom >> /mnt/load; sync; head -c 1M /mnt/load | sha256sum; sleep 0.3; done'`,
    );
    for (let round = 0; round < 3; round++) {
      const first = await readings();
      const { beat: now } = await agent.print();
      const second = await readings();
      const mnt = now.filesystems?.find(each => each.mount_point === '/mnt');
      assertBetween(mnt?.used_bytes, [first.used, second.used, 0]);
      assertBetween(now.metrics?.memory_used_mb, [first.memory, second.memory, 512]);
      assertBetween(now.metrics?.network_rx_bytes, [first.rx, second.rx, 0]);
      const ssh = now.services?.find(each => each.name === 'ssh');
      assert.deepEqual([ssh?.status, ssh?.pid], ['running', first.pid]);
    }
    await host.exec('systemctl stop load');
  });
});
