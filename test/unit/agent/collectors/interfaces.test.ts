import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as interfaces from '../../../../agent/collectors/interfaces.ts';
import { listed, totals } from '../../../../agent/collectors/network.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';
import { bridged, container, physical, virtual } from './support/interface-files.ts';
import { head, line } from './support/net-dev-table.ts';

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
  assert.equal(totals(all, () => null).network_rx_bytes, 100);
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

test('listed() has a container’s own interface, and not those of its guests (pitfall 22)', t => {
  const all = interfaces.read(hostTree(t, container).host, null);
  assert.deepEqual(
    listed(all).map(({ name }) => name),
    ['eth0', 'docker0', 'tun0'],
  );
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
