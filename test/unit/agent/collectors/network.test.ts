import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as interfaces from '../../../../agent/collectors/interfaces.ts';
import { listed, totals } from '../../../../agent/collectors/network.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';
import { head, line } from './support/net-dev-table.ts';

const physical = (name: string): Files => ({
  [`sys/class/net/${name}/device/uevent`]: 'DRIVER=e1000e\n',
  [`sys/class/net/${name}/operstate`]: 'up\n',
});
const virtual = (name: string, operstate = 'up'): Files => ({
  [`sys/class/net/${name}/operstate`]: `${operstate}\n`,
});

test('isUp() is true for tun, WireGuard and Tailscale, whose state is always unknown (pitfall 21)', () => {
  assert.equal(interfaces.isUp('unknown', '0x10c1', '1'), true);
  assert.equal(interfaces.isUp('unknown', '0x10c0', '1'), false);
});

test('isUp() is false without a carrier, or where the carrier cannot be read (pitfall 21)', () => {
  assert.equal(interfaces.isUp('unknown', '0x1003', '0'), false);
  assert.equal(interfaces.isUp('unknown', '0x1002', null), false);
});

test('isUp() is false for every other state (pitfall 21)', () => {
  for (const state of ['down', 'dormant', 'lowerlayerdown', 'notpresent', 'testing', null]) {
    assert.equal(interfaces.isUp(state, '0x1003', '1'), false);
  }
});

const bridged: Files = {
  'proc/net/dev':
    head +
    line('lo', 100_000, 100_000) +
    line('eno1', 1000, 2000) +
    line('vmbr0', 900, 1900) +
    line('veth101', 300, 400) +
    line('wg0', 50, 60),
  ...physical('eno1'),
  'sys/class/net/eno1/brport/port_no': '0x1\n',
  'sys/class/net/eno1/master': '-> ../vmbr0',
  ...virtual('vmbr0'),
  ...virtual('veth101'),
  'sys/class/net/veth101/brport/port_no': '0x2\n',
  ...virtual('wg0', 'unknown'),
  'sys/class/net/wg0/flags': '0x10c1\n',
  'sys/class/net/wg0/carrier': '1\n',
};

const noRoute = (): null => null;

test('totals() count what crossed the machine’s edge once: no lo, bridge, veth or tunnel (pitfall 22)', t => {
  const all = interfaces.read(hostTree(t, bridged).host, null);
  assert.deepEqual(totals(all, noRoute), { network_rx_bytes: 1000, network_tx_bytes: 2000 });
});

test('totals() count the ports of a bond, and not the bond again (pitfall 22)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('eno1', 1000, 0) + line('eno2', 500, 0) + line('bond0', 1500, 0),
    ...physical('eno1'),
    ...physical('eno2'),
    'sys/class/net/eno1/master': '-> ../bond0',
    'sys/class/net/eno2/master': '-> ../bond0',
    ...virtual('bond0'),
  });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 1500);
});

test('totals() count a virtual machine’s accelerated port once (pitfall 22)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('eth0', 1000, 0) + line('enP1', 990, 0),
    ...physical('eth0'),
    ...physical('enP1'),
    'sys/class/net/enP1/master': '-> ../eth0',
  });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 1000);
});

test('totals() count the conduit of a switch chip, and not its ports again (pitfall 22)', t => {
  const port = (name: string): Files => ({
    ...physical(name),
    [`sys/class/net/${name}/lower_eth0`]: '-> ../eth0',
  });
  const { host } = hostTree(t, {
    'proc/net/dev':
      head +
      line('eth0', 1000, 500) +
      line('wan', 900, 450) +
      line('lan0', 80, 40) +
      line('lan1', 0, 0),
    ...physical('eth0'),
    ...port('wan'),
    ...port('lan0'),
    ...port('lan1'),
  });
  const all = interfaces.read(host, null);
  assert.deepEqual(totals(all, noRoute), { network_rx_bytes: 1000, network_tx_bytes: 500 });
  assert.equal(listed(all).length, 4);
});

test('totals() count a function of an SR-IOV card that this host uses, and none that a guest has (pitfall 22)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev':
      head + line('enp1s0f0', 1000, 0) + line('enp1s0f0v1', 300, 0) + line('eth7', 200, 0),
    ...physical('enp1s0f0'),
    'sys/class/net/enp1s0f0/phys_port_name': 'p0\n',
    ...physical('enp1s0f0v1'),
    ...physical('eth7'),
    'sys/class/net/eth7/phys_port_name': 'c1pf0vf3\n',
  });
  const all = interfaces.read(host, null);
  assert.equal(totals(all, noRoute).network_rx_bytes, 1300);
  assert.deepEqual(
    listed(all).map(each => each.name),
    ['enp1s0f0', 'enp1s0f0v1'],
  );
});

test('listed() leaves out the guests’ ends of Open vSwitch, Xen, libvirt and Cilium (pitfall 22)', t => {
  const tap: Files = {
    ...virtual('tap100i0'),
    'sys/class/net/tap100i0/master': '-> ../ovs-system',
  };
  const cilium: Files = {
    ...virtual('lxc1a2b3c'),
    'sys/class/net/lxc1a2b3c/ifindex': '17\n',
    'sys/class/net/lxc1a2b3c/iflink': '16\n',
  };
  const vlan: Files = {
    ...virtual('eno1.7'),
    'sys/class/net/eno1.7/ifindex': '9\n',
    'sys/class/net/eno1.7/iflink': '2\n',
    'sys/class/net/eno1.7/lower_eno1': '-> ../eno1',
  };
  const names = ['eno1', 'eno1.7', 'vmbr0', 'tap100i0', 'lxc1a2b3c', 'vif3.0', 'macvtap0'];
  const { host } = hostTree(t, {
    'proc/net/dev': head + names.map(name => line(name, 100, 100)).join(''),
    ...physical('eno1'),
    'sys/class/net/eno1/master': '-> ../ovs-system',
    ...virtual('vmbr0', 'unknown'),
    ...physical('vif3.0'),
    ...virtual('macvtap0'),
    ...tap,
    ...cilium,
    ...vlan,
  });
  const all = interfaces.read(host, null);
  assert.deepEqual(
    listed(all).map(each => each.name),
    ['eno1', 'eno1.7', 'vmbr0'],
  );
  assert.equal(totals(all, noRoute).network_rx_bytes, 100);
});

test('totals() of a container are those of its default route (pitfall 22)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('lo', 9, 9) + line('eth0', 1000, 10) + line('eth1', 500, 20),
    ...virtual('eth0'),
    ...virtual('eth1'),
  });
  const all = interfaces.read(host, null);
  assert.equal(totals(all, () => 'eth1').network_rx_bytes, 500);
  assert.equal(totals(all, noRoute).network_rx_bytes, 1500);
});

test('totals() are unknown, not 0, where there is nothing to count', () => {
  assert.equal(totals([], noRoute).network_rx_bytes, null);
});

test('totals() pass a counter that began anew on as it is (pitfall 22)', t => {
  const { host, root } = hostTree(t, bridged);
  write(root, { 'proc/net/dev': head + line('eno1', 5, 6) });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 5);
});

test('listed() leaves out lo and the guests’ ends of a bridge (pitfall 22)', t => {
  const all = interfaces.read(hostTree(t, bridged).host, null);
  assert.deepEqual(
    listed(all).map(each => each.name),
    ['eno1', 'vmbr0', 'wg0'],
  );
});

test('listed() leaves out what is virtual, down and never carried a packet', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('eno1', 0, 0) + line('docker0', 0, 0) + line('br-lan', 100, 0),
    ...physical('eno1'),
    'sys/class/net/eno1/operstate': 'down\n',
    ...virtual('docker0', 'down'),
    ...virtual('br-lan', 'down'),
  });
  assert.deepEqual(
    listed(interfaces.read(host, null)).map(({ name, is_up }) => [name, is_up]),
    [
      ['eno1', false],
      ['br-lan', false],
    ],
  );
});

test('read() finds an interface that appeared after the start (pitfall 22)', t => {
  const { host, root } = hostTree(t, { 'proc/net/dev': head + line('eth0', 1, 1) });
  assert.equal(interfaces.read(host, null).length, 1);
  write(root, { 'proc/net/dev': head + line('eth0', 1, 1) + line('eth1', 1, 1) });
  assert.equal(interfaces.read(host, null).length, 2);
});

test('read() takes nothing from a /sys that shows another network (nspawn)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('eth0', 100, 200) + line('eth1', 5, 5),
    ...physical('eth0'),
  });
  const [eth0, eth1] = interfaces.read(host, new Map([['eth0', '02:00:00:00:00:05']]));
  assert.equal(eth0?.isPhysical, false);
  assert.deepEqual([eth0?.isUp, eth1?.isUp], [true, false]);
});

test('totals() count a port of a switch once where the kernel makes no lower links (pitfall 22)', t => {
  const wan = (name: string): Files => ({
    ...physical(name),
    [`sys/class/net/${name}/ifindex`]: '3\n',
    [`sys/class/net/${name}/iflink`]: '2\n',
  });
  const { host } = hostTree(t, {
    'proc/net/dev': head + line('eth0', 1000, 500) + line('wan', 980, 490),
    ...physical('eth0'),
    'sys/class/net/eth0/ifindex': '2\n',
    ...wan('wan'),
  });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 1000);
});

test('totals() count a switch’s conduits in a bond once (pitfall 22)', t => {
  const { host } = hostTree(t, {
    'proc/net/dev':
      head + ['eth0', 'eth1', 'bond0', 'lan1'].map(name => line(name, 500, 0)).join(''),
    ...physical('eth0'),
    ...physical('eth1'),
    'sys/class/net/eth0/master': '-> ../bond0',
    'sys/class/net/eth1/master': '-> ../bond0',
    ...virtual('bond0'),
    'sys/class/net/bond0/lower_eth0': '-> ../eth0',
    'sys/class/net/bond0/lower_eth1': '-> ../eth1',
    ...physical('lan1'),
    'sys/class/net/lan1/lower_bond0': '-> ../bond0',
  });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 1000);
});

test('totals() count no monitor of a Wi-Fi card, nor all ones of a broken counter', t => {
  const { host } = hostTree(t, {
    'proc/net/dev': `${head}${line('wlan0', 100, 0)}${line('mon0', 900, 0)}  eth0: 18446744073709551615 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    ...physical('wlan0'),
    ...physical('eth0'),
    ...physical('mon0'),
    'sys/class/net/mon0/type': '803\n',
  });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 100);
});

/** A container with an engine of its own, and a VPN that the default route may lead through. */
const container: Files = {
  'proc/net/dev':
    head + ['eth0', 'docker0', 'veth12', 'tun0'].map(name => line(name, 100, 0)).join(''),
  ...virtual('eth0'),
  'sys/class/net/eth0/ifindex': '2\n',
  'sys/class/net/eth0/iflink': '17\n',
  ...virtual('docker0'),
  ...virtual('veth12'),
  'sys/class/net/veth12/brport/port_no': '0x1\n',
  ...virtual('tun0'),
  'sys/class/net/tun0/type': '65534\n',
};

test('listed() has a container’s own interface, and not those of its guests (pitfall 22)', t => {
  const all = interfaces.read(hostTree(t, container).host, null);
  assert.deepEqual(
    listed(all).map(({ name }) => name),
    ['eth0', 'docker0', 'tun0'],
  );
});

test('totals() of a container whose default route is a tunnel are those of its own interface', t => {
  const all = interfaces.read(hostTree(t, container).host, null);
  assert.equal(totals(all, () => 'tun0').network_rx_bytes, 100);
});

test('listed() has tunnels that are bound to a device (pitfall 22)', t => {
  const bound = (name: string, more: Files): Files => ({
    ...virtual(name),
    [`sys/class/net/${name}/ifindex`]: '9\n',
    [`sys/class/net/${name}/iflink`]: '2\n',
    ...more,
  });
  const { host } = hostTree(t, {
    'proc/net/dev': head + ['eth0', 'he-ipv6', 'vxlan7'].map(name => line(name, 100, 0)).join(''),
    ...physical('eth0'),
    ...bound('he-ipv6', { 'sys/class/net/he-ipv6/type': '776\n' }),
    ...bound('vxlan7', { 'sys/class/net/vxlan7/uevent': 'DEVTYPE=vxlan\nINTERFACE=vxlan7\n' }),
  });
  assert.deepEqual(
    listed(interfaces.read(host, null)).map(({ name }) => name),
    ['eth0', 'he-ipv6', 'vxlan7'],
  );
});
