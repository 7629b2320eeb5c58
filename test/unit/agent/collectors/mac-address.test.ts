import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as foreignSysfs from '../../../../agent/collectors/foreign-sysfs.ts';
import { MacAddress, parse, parseBond } from '../../../../agent/collectors/mac-address.ts';
import { Host } from '../../../../agent/host/host.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const route = (name: string): Files => ({
  'proc/net/route': `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
${name}	00000000	0100A8C0	0003	0	0	0	00000000	0	0	0
`,
});
const link = (name: string, address: string, more: Files = {}): Files => ({
  [`sys/class/net/${name}/address`]: `${address}\n`,
  [`sys/class/net/${name}/type`]: '1\n',
  ...Object.fromEntries(
    Object.entries(more).map(([path, text]) => [`sys/class/net/${name}/${path}`, text]),
  ),
});
const port = (name: string, address: string, more: Files = {}): Files =>
  link(name, address, { 'device/uevent': '', ...more });

test('parse() takes a unicast address that is not zero, in lower case', () => {
  assert.equal(parse('3C:EC:EF:12:34:56\n'), '3c:ec:ef:12:34:56');
  for (const bad of [
    '00:00:00:00:00:00',
    '01:00:5e:00:00:01',
    'ff:ff:ff:ff:ff:ff',
    '',
    '1:2',
    null,
  ]) {
    assert.equal(parse(bad), null);
  }
});

test('the address is that of the default route, not of the first interface (pitfall 23)', t => {
  const { host } = hostTree(t, {
    ...route('enp3s0'),
    ...link('br-0123456789ab', '02:42:aa:aa:aa:aa'),
    ...link('docker0', '02:42:bb:bb:bb:bb'),
    ...port('enp2s0', '3c:ec:ef:00:00:02'),
    ...port('enp3s0', '3c:ec:ef:00:00:03'),
  });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:03');
});

test('behind a bridge it is the port with the cable, not a guest’s end (pitfall 23)', t => {
  const { host } = hostTree(t, {
    ...route('vmbr0'),
    ...link('vmbr0', '3c:ec:ef:00:00:01', {
      'bridge/stp_state': '0\n',
      'brif/eno1/state': '3\n',
      'brif/aveth/state': '3\n',
    }),
    ...link('aveth', 'fe:00:00:00:00:aa'),
    ...port('eno1', '3c:ec:ef:00:00:01'),
  });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:01');
});

const bonding = `Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eno2

Slave Interface: eno1
MII Status: up
Permanent HW addr: 3c:ec:ef:00:00:11
Slave queue ID: 0

Slave Interface: eno2
MII Status: up
Permanent HW addr: 3c:ec:ef:00:00:12
Slave queue ID: 0
`;

test('parseBond() reads a slave’s own address', () => {
  assert.equal(parseBond(bonding, 'eno2'), '3c:ec:ef:00:00:12');
  assert.equal(parseBond(bonding, 'eno3'), null);
});

test('behind VLAN on bridge on bond it is the first port’s permanent address (pitfall 23)', t => {
  const shared = '3c:ec:ef:00:00:99';
  const { host } = hostTree(t, {
    ...route('vmbr0.10'),
    ...link('vmbr0.10', shared, { 'lower_vmbr0/ifindex': '5\n' }),
    ...link('vmbr0', shared, { 'bridge/stp_state': '0\n', 'brif/bond0/state': '3\n' }),
    ...link('bond0', shared, { 'bonding/slaves': 'eno2 eno1\n' }),
    ...port('eno1', shared, { master: '-> ../bond0' }),
    ...port('eno2', shared, { master: '-> ../bond0' }),
    'proc/net/bonding/bond0': bonding,
  });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:11');
});

/** A host whose own network is not the one that its /sys shows. */
class Nspawn extends Host {
  override hardwareAddresses(): Map<string, string> {
    return new Map([
      ['eth1', '02:00:00:00:00:06'],
      ['eth0', '02:00:00:00:00:05'],
    ]);
  }
}

test('a /sys that shows another network is noticed and not believed', t => {
  const { root } = hostTree(t, { ...route('eth0'), ...port('eth0', '3c:ec:ef:00:00:01') });
  const host = new Nspawn(root);
  assert.equal(new MacAddress(host).read(foreignSysfs.read(host)), '02:00:00:00:00:05');
});

test('a /sys that shows our own network is believed', t => {
  const { root } = hostTree(t, {
    ...port('eth0', '02:00:00:00:00:05'),
    ...port('eth1', '02:00:00:00:00:06'),
  });
  assert.equal(foreignSysfs.read(new Nspawn(root)), null);
});

test('behind Open vSwitch it is the port with the cable, not the bridge’s, which may be a guest’s (pitfall 23)', t => {
  const { host } = hostTree(t, {
    ...route('vmbr0'),
    ...link('vmbr0', '0a:11:22:33:44:55'),
    ...link('tap100i0', '0a:11:22:33:44:55', { master: '-> ../ovs-system' }),
    ...port('eno1', '3c:ec:ef:00:00:01'),
    ...port('eno2', '3c:ec:ef:00:00:02', { master: '-> ../ovs-system' }),
  });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:02');
});

test('a macvlan’s address is that of the port below it (pitfall 23)', t => {
  const { host } = hostTree(t, {
    ...route('mac0'),
    ...link('mac0', '5a:00:00:00:00:09', { lower_eno2: '-> ../eno2' }),
    ...port('eno1', '3c:ec:ef:00:00:01'),
    ...port('eno2', '3c:ec:ef:00:00:02'),
  });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:02');
});

test('a default route through a tunnel gives the next physical port (pitfall 23)', t => {
  const { host } = hostTree(t, {
    ...route('tun0'),
    'sys/class/net/tun0/type': '65534\n',
    'sys/class/net/tun0/address': '\n',
    ...port('eth0', 'b8:27:eb:00:00:01'),
  });
  assert.equal(new MacAddress(host).read(null), 'b8:27:eb:00:00:01');
});

test('a container’s own end is its address', t => {
  const { host } = hostTree(t, { ...route('eth0'), ...link('eth0', 'bc:24:11:00:00:01') });
  assert.equal(new MacAddress(host).read(null), 'bc:24:11:00:00:01');
});

test('it is null where there is no Ethernet', t => {
  const { host } = hostTree(t, { 'sys/class/net/lo/type': '772\n' });
  assert.equal(new MacAddress(host).read(null), null);
});

test('a lopsided sysfs, where bonds stand on each other, ends the walk', t => {
  const { host } = hostTree(t, {
    ...route('bond0'),
    ...link('bond0', '02:00:00:00:00:01', { 'bonding/slaves': 'bond1\n' }),
    ...link('bond1', '02:00:00:00:00:02', { 'bonding/slaves': 'bond0\n' }),
  });
  assert.match(new MacAddress(host).read(null) ?? '', /^02:/);
});

test('the choice is remembered while the interface is there (pitfall 23)', t => {
  const { host, root } = hostTree(t, {
    ...route('eth0'),
    ...port('eth0', '3c:ec:ef:00:00:01'),
    ...port('wlan0', '3c:ec:ef:00:00:02'),
  });
  const mac = new MacAddress(host);
  assert.equal(mac.read(null), '3c:ec:ef:00:00:01');
  write(root, route('wlan0'));
  assert.equal(mac.read(null), '3c:ec:ef:00:00:01');
  rmSync(join(root, 'sys/class/net/eth0'), { recursive: true });
  assert.equal(mac.read(null), '3c:ec:ef:00:00:02');
});

test('a port with a cable comes before one without, where no route or a bridge leaves the choice (pitfall 23)', t => {
  const ports: Files = {
    ...port('enp1s0', '3c:ec:ef:00:00:01', { carrier: '0\n' }),
    ...port('enp2s0', '3c:ec:ef:00:00:02', { carrier: '1\n' }),
  };
  assert.equal(new MacAddress(hostTree(t, ports).host).read(null), '3c:ec:ef:00:00:02');
  const bridge = link('vmbr0', '3c:ec:ef:00:00:09', { 'brif/enp1s0': '', 'brif/enp2s0': '' });
  const { host } = hostTree(t, { ...route('vmbr0'), ...bridge, ...ports });
  assert.equal(new MacAddress(host).read(null), '3c:ec:ef:00:00:02');
});
