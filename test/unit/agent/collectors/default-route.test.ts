import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as defaultRoute from '../../../../agent/collectors/default-route.ts';
import { hostTree } from './support/host-tree.ts';

test('the default route is the one with the lowest metric, of those that are up', () => {
  const routes =
    defaultRoute.parse(`Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
wlan0	00000000	0100A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	0100A8C0	0003	0	0	100	00000000	0	0	0
eth1	00000000	0100A8C0	0002	0	0	1	00000000	0	0	0
eth0	0000A8C0	00000000	0001	0	0	100	00FFFFFF	0	0	0
`);
  assert.deepEqual(routes, [
    { interface: 'wlan0', metric: 600 },
    { interface: 'eth0', metric: 100 },
  ]);
});

test('the default route is found on a host with IPv6 alone, and the kernel’s own on lo is none', t => {
  const zeros = '0'.repeat(32);
  const { host } = hostTree(t, {
    'proc/net/route':
      'Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT\n',
    'proc/net/ipv6_route': [
      `${zeros} 00 ${zeros} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0`,
      `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 00000001 00000000 00200200       lo`,
      '',
    ].join('\n'),
  });
  assert.equal(defaultRoute.read(host), 'eth0');
});

test('an unreachable route leads nowhere, whatever its metric', () => {
  const routes =
    defaultRoute.parse(`Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
*	00000000	00000000	0201	0	0	50	00000000	0	0	0
eth1	00000000	0100A8C0	0003	0	0	100	00000000	0	0	0
`);
  assert.deepEqual(routes, [{ interface: 'eth1', metric: 100 }]);
});
