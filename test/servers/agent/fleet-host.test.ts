import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import type { Heartbeat, NetworkInterface } from '../../../agent/contract/heartbeat.ts';
import { type Fleet, startFleet } from '../../fleet/fleet.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';
import { assertBetween } from '../../support/between.ts';
import { refusalsOf } from '../../support/hub-validation.ts';
import { need } from '../../support/need.ts';
import { AgentOnHost } from './agent-on-host.ts';

const config = `hub_url: http://127.0.0.1:8080
server_id: nas-1
api_key: key
root_mount: /
monitored_services: [sshd, systemd-journald.service, looping, masked.service, oneshot, nowhere, "bad@.service"]
`;

/** Units in the states that are easily told wrong, and packages of which apt has newer ones. */
const prepare = `
unit() { printf '%s\\n' "$2" > "/etc/systemd/system/$1"; }
unit looping.service '[Unit]
StartLimitIntervalSec=0
[Service]
ExecStart=/bin/false
Restart=always
RestartSec=3600'
unit oneshot.service '[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/true'
ln -sf /dev/null /etc/systemd/system/masked.service
systemctl daemon-reload
systemctl start --no-block looping
systemctl start oneshot
for name in curl procps ca-certificates; do
  sed -i "/^Package: $name$/,/^$/s/^Version: .*/Version: 0.1/" /var/lib/dpkg/status
done
apt-mark hold ca-certificates
`;

/** The journal's lines by code and subject. */
const codes = (journal: string): string[] =>
  journal
    .split('\n')
    .filter(Boolean)
    .map(line => / code=(.*)$/.exec(line)?.[1] ?? line);

/** What the configuration asks for and this host does not have. */
const unknownUnits = ['masked.service', 'nowhere', 'bad@.service'].map(
  name => `service-unknown subject=${name}`,
);

/** What the unit takes from the service: its sandbox and its limits, as properties for one run. */
async function sandbox(): Promise<string[]> {
  const unit = new URL('../../../agent/install/homelab-agent.service', import.meta.url);
  const directives =
    /^(?:NoNewPriv|Capability|Ambient|Protect|Private|Bind|Keyring|Lock|RemoveIPC|Restrict|SystemCall|Memory|Tasks|UMask)/;
  return (await readFile(unit, 'utf8')).split('\n').filter(line => directives.test(line));
}

suite('a beat of a real host', need('servers'), () => {
  let fleet: Fleet;
  let host: FleetHost;
  let beat: Heartbeat;
  let journal: string;
  let agent: AgentOnHost;
  const tool = async (command: string): Promise<string> => (await host.exec(command)).stdout;
  const service = (name: string) => beat.services?.find(each => each.name === name);

  before(async () => {
    fleet = await startFleet({ hosts: ['nas-1'] });
    host = fleet.host('nas-1');
    await host.exec(prepare);
    agent = await AgentOnHost.put(host, config);
    ({ beat, journal } = await agent.print());
  });
  after(() => fleet?.stop());

  test('is taken by the hub, and no collector failed', () => {
    assert.deepEqual(refusalsOf(beat), []);
    assert.deepEqual(codes(journal), unknownUnits);
  });

  test('has the memory of free', async () => {
    const [total = 0, , , , , available = 0] =
      (await tool('free -b')).split('\n')[1]?.match(/\d+/g)?.map(Number) ?? [];
    assert.equal(beat.metrics?.memory_total_mb, Math.floor(total / 2 ** 20));
    const used = (total - available) / 2 ** 20;
    assertBetween(beat.metrics?.memory_used_mb, [used, used, total / 2 ** 20 / 10]);
  });

  test('has the disk of df', async () => {
    const [size = 0, used = 0, available = 0] =
      (await tool('df -B1 --output=size,used,avail /'))
        .split('\n')[1]
        ?.match(/\d+/g)
        ?.map(Number) ?? [];
    const root = beat.filesystems?.find(each => each.mount_point === '/');
    assert.equal(root?.total_bytes, size);
    assertBetween(root?.used_bytes, [used, used, size / 20]);
    assertBetween(root?.available_bytes, [available, available, size / 20]);
    assert.equal(root?.percent, beat.metrics?.disk_percent);
  });

  test('has the interfaces of ip, and the address of this host’s own network', async () => {
    const links: { ifname: string; address: string; operstate: string; stats64: Stats }[] =
      JSON.parse(await tool('ip -s -j link'));
    const others = links.filter(each => each.ifname !== 'lo');
    assert.deepEqual(
      beat.network_interfaces?.map(each => each.name),
      others.map(each => each.ifname),
    );
    for (const link of others) {
      const ours: NetworkInterface | undefined = beat.network_interfaces?.find(
        each => each.name === link.ifname,
      );
      assert.equal(ours?.is_up, link.operstate === 'UP');
      assertBetween(ours?.rx_bytes, [1, link.stats64.rx.bytes, 0]);
      assertBetween(ours?.tx_bytes, [1, link.stats64.tx.bytes, 0]);
    }
    assert.equal(beat.mac_address, others[0]?.address);
    assert.equal(beat.metrics?.network_rx_bytes, beat.network_interfaces?.[0]?.rx_bytes);
  });

  test('has the updates of apt-get, without the held one', async () => {
    const simulated = (await tool('apt-get -s dist-upgrade')).match(/^Inst \S+ \[/gm) ?? [];
    assert.equal(beat.updates_available, simulated.length);
    const names = beat.packages?.map(each => each.name).sort();
    assert.deepEqual(names, ['curl', 'procps']);
    assert.equal(beat.packages?.[0]?.current_version, '0.1');
  });

  test('has the services as systemctl shows them', async () => {
    const shown = await tool('systemctl show --property=MainPID --value ssh.service');
    assert.deepEqual([service('sshd')?.status, service('sshd')?.pid], ['running', Number(shown)]);
    assert.equal(service('systemd-journald.service')?.status, 'running');
    assert.equal(service('oneshot')?.status, 'running');
  });

  test('has a crash loop as failed, and what is masked or not installed as unknown', () => {
    assert.match(service('looping')?.status_reason ?? '', /^restarting/);
    assert.equal(service('looping')?.status, 'failed');
    for (const name of ['masked.service', 'nowhere', 'bad@.service']) {
      assert.equal(service(name)?.status, 'unknown');
    }
  });

  test('is made where the sandbox forbids netlink and Unix sockets (pitfall 4)', async () => {
    const families = ['RestrictAddressFamilies=AF_INET AF_INET6'];
    const bare = await agent.print(families);
    assert.deepEqual(
      bare.beat.network_interfaces?.map(each => each.name),
      beat.network_interfaces?.map(each => each.name),
    );
    assert.equal(bare.beat.services, null);
    assert.match(
      bare.journal,
      /^<4>Cannot ask systemd: .* code=collector-failed subject=services$/m,
    );
  });

  test('is the same below everything that the shipped unit forbids', async () => {
    const properties = await sandbox();
    assert.ok(properties.length > 15, properties.join());
    const below = await agent.print(properties);
    assert.deepEqual(codes(below.journal), unknownUnits);
    assert.equal(below.beat.mac_address, beat.mac_address);
    assert.equal(below.beat.updates_available, beat.updates_available);
    const states = (services: Heartbeat['services']) =>
      services?.map(({ name, status, pid }) => [name, status, pid]);
    assert.deepEqual(states(below.beat.services), states(beat.services));
    const disks = (filesystems: Heartbeat['filesystems']) =>
      filesystems?.map(each => [each.mount_point, each.total_bytes, each.is_read_only]);
    assert.deepEqual(disks(below.beat.filesystems), disks(beat.filesystems));
    assert.equal(below.beat.metrics?.memory_total_mb, beat.metrics?.memory_total_mb);
  });

  test('has the names that uname and os-release give', async () => {
    const uname = await tool('uname -r; uname -m; uname -n; . /etc/os-release; echo "$NAME"');
    const { kernel, architecture, distribution } = beat.os_info ?? {};
    assert.deepEqual([kernel, architecture, beat.hostname, distribution], uname.split('\n'));
  });
});

interface Stats {
  rx: { bytes: number };
  tx: { bytes: number };
}
