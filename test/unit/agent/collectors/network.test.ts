import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as interfaces from '../../../../agent/collectors/interfaces.ts';
import { listed, totals } from '../../../../agent/collectors/network.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';
import { bridged, container, physical, virtual } from './support/interface-files.ts';
import { head, line } from './support/net-dev-table.ts';

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

test('totals() of a container whose default route is a tunnel are those of its own interface', t => {
  const all = interfaces.read(hostTree(t, container).host, null);
  assert.equal(totals(all, () => 'tun0').network_rx_bytes, 100);
});

test('totals() are unknown, not 0, where there is nothing to count', () => {
  assert.equal(totals([], noRoute).network_rx_bytes, null);
});

test('totals() pass a counter that began anew on as it is (pitfall 22)', t => {
  const { host, root } = hostTree(t, bridged);
  write(root, { 'proc/net/dev': head + line('eno1', 5, 6) });
  assert.equal(totals(interfaces.read(host, null), noRoute).network_rx_bytes, 5);
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
