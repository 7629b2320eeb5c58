import type { Files } from './host-tree.ts';
import { head, line } from './net-dev-table.ts';

/** What /sys says of an interface with hardware, and of one without. */
export const physical = (name: string): Files => ({
  [`sys/class/net/${name}/device/uevent`]: 'DRIVER=e1000e\n',
  [`sys/class/net/${name}/operstate`]: 'up\n',
});
export const virtual = (name: string, operstate = 'up'): Files => ({
  [`sys/class/net/${name}/operstate`]: `${operstate}\n`,
});

/** A host with a bridge, a guest and a VPN. */
export const bridged: Files = {
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

/** A container with an engine of its own, and a VPN that the default route may lead through. */
export const container: Files = {
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
