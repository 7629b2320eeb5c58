import type { Host } from '../host/host.ts';
import { type Counters, parse } from './net-dev.ts';

/** One network interface as /proc/net/dev counts it and /sys/class/net describes it. */
export interface Interface extends Counters {
  name: string;
  isUp: boolean;
  /** Backed by hardware, or by a virtual machine's virtual hardware. */
  isPhysical: boolean;
  /** A port of a bridge or switch: a guest's end, or what carries its traffic. */
  isBridgePort: boolean;
  /** Made by a hypervisor or an engine for a guest, or a helper of theirs. */
  isGuestEnd: boolean;
  /** One end of a pair whose other end is in another network: a guest's, and all that a container itself has. */
  isPair: boolean;
  /** What else counts the same packets where it is physical: a master, or what lies below a port of a DSA switch. */
  related: readonly string[];
}

/** ARPHRD_ETHER: Ethernet and Wi-Fi. Tunnels and the like have no address of hardware. */
export const ethernet = '1';

/** ARPHRD_IEEE80211 and its kind: what listens to a Wi-Fi card, which has an interface of its own. */
const monitor = /^80[123]$/;

/** Deeper than a VLAN on a bridge on a bond; the bound ends a loop in a broken sysfs. */
export const maxDepth = 5;

/** Made by hypervisors and engines for their guests, and helpers that carry no traffic of their own. */
const guestNames = /^(?:veth|fwbr|fwln|fwpr|cali|ifb|dummy|macvtap|vif\d+\.\d)/;

/**
 * `operstate` is `unknown` for good on tun, WireGuard and some virtual adapters: those count as up when they are set up
 * (IFF_UP, bit 0 of `flags`) and do not say that the carrier is missing. Reading `carrier` of an interface that is
 * down is an error (EINVAL), here null.
 */
export function isUp(
  operstate: string | null,
  flags: string | null,
  carrier: string | null,
): boolean {
  if (operstate !== 'unknown') return operstate === 'up';
  return (Number(flags) & 1) === 1 && carrier === '1';
}

/** @param foreign addresses of our own interfaces where /sys/class/net shows another network's (foreign-sysfs.ts) */
export function read(host: Host, foreign: ReadonlyMap<string, string> | null): Interface[] {
  const text = host.read('proc/net/dev');
  if (text === null) throw new Error('Cannot read /proc/net/dev: not there');
  return [...parse(text)].map(([name, counters]) => {
    if (foreign !== null) {
      const isUp = foreign.has(name);
      const isGuestEnd = guestNames.test(name);
      const none = { isPhysical: false, isBridgePort: false, isPair: false, related: [] };
      return { ...counters, name, isUp, isGuestEnd, ...none };
    }
    const attribute = (key: string): string | null =>
      host.attribute(`sys/class/net/${name}/${key}`);
    const operstate = attribute('operstate');
    const unsure = operstate === 'unknown';
    return {
      ...counters,
      name,
      isUp: isUp(
        operstate,
        unsure ? attribute('flags') : null,
        unsure ? attribute('carrier') : null,
      ),
      ...roleOf(host, name),
    };
  });
}

function roleOf(
  host: Host,
  name: string,
): Pick<Interface, 'isPhysical' | 'isBridgePort' | 'isGuestEnd' | 'isPair' | 'related'> {
  const base = `sys/class/net/${name}`;
  const master = host.link(`${base}/master`);
  const hasDevice = host.exists(`${base}/device`);
  const isGuestEnd = guestNames.test(name) || (hasDevice && isRepresentor(host, base));
  return {
    isPhysical: hasDevice && !isGuestEnd && !monitor.test(host.attribute(`${base}/type`) ?? ''),
    // Open vSwitch has no mark of its own on a port.
    isBridgePort: host.exists(`${base}/brport`) || master === 'ovs-system',
    isGuestEnd,
    isPair: !hasDevice && isPair(host, base),
    related: [...(master === null ? [] : [master]), ...(hasDevice ? below(host, name) : [])],
  };
}

/**
 * The host's end of a function of an SR-IOV card that a guest has: `pf0vf3`. Its card's own port counts the packets
 * too.
 */
function isRepresentor(host: Host, base: string): boolean {
  return /pf\d+(?:vf|sf)\d+$/.test(host.attribute(`${base}/phys_port_name`) ?? '');
}

/**
 * `lxc1a2b3c` of Cilium. A tunnel that is bound to a device looks alike, but is no Ethernet, or has a kind of its own
 * in `uevent`, which of these only netkit has.
 */
function isPair(host: Host, base: string): boolean {
  const type = host.attribute(`${base}/type`) ?? ethernet;
  if (linkOf(host, base) === null || type !== ethernet) return false;
  const kind = /^DEVTYPE=(.*)$/m.exec(host.attribute(`${base}/uevent`) ?? '')?.[1];
  return (kind === undefined || kind === 'netkit') && lowers(host, base).length === 0;
}

/** `iflink`: the number of another interface, perhaps of another network; null where it is this one's own. */
function linkOf(host: Host, base: string): string | null {
  const peer = host.attribute(`${base}/iflink`);
  return peer === '0' || peer === host.attribute(`${base}/ifindex`) ? null : peer;
}

/** All that lies below an interface with hardware of its own; kernels before 5.10 have no `lower_` link there. */
function below(host: Host, name: string, depth = 0): string[] {
  const base = `sys/class/net/${name}`;
  const named = lowers(host, base);
  const link = named.length === 0 && depth === 0 ? linkOf(host, base) : null;
  const direct = link === null ? named : withIndex(host, link);
  return depth === maxDepth
    ? direct
    : direct.flatMap(other => [other, ...below(host, other, depth + 1)]);
}

function withIndex(host: Host, index: string): string[] {
  const all = host.list('sys/class/net');
  return all.filter(name => host.attribute(`sys/class/net/${name}/ifindex`) === index);
}

export function lowers(host: Host, base: string): string[] {
  const entries = host.list(base).filter(entry => entry.startsWith('lower_'));
  return entries.map(entry => entry.slice('lower_'.length));
}
