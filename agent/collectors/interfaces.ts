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
  /** Leads to a guest or another network of this host, whatever it is a port of. */
  isGuestEnd: boolean;
  /** What else counts the same packets where it is physical: a master, or the conduit below a port of a DSA switch. */
  related: readonly string[];
}

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
      const plain = { isPhysical: false, isBridgePort: false, isGuestEnd, related: [] };
      return { ...counters, name, isUp, ...plain };
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
): Pick<Interface, 'isPhysical' | 'isBridgePort' | 'isGuestEnd' | 'related'> {
  const base = `sys/class/net/${name}`;
  const master = host.link(`${base}/master`);
  const hasDevice = host.exists(`${base}/device`);
  const isGuestEnd =
    guestNames.test(name) || (hasDevice ? isRepresentor(host, base) : isPair(host, base));
  return {
    isPhysical: hasDevice && !isGuestEnd,
    // Open vSwitch has no mark of its own on a port.
    isBridgePort: host.exists(`${base}/brport`) || master === 'ovs-system',
    isGuestEnd,
    related: [...(master === null ? [] : [master]), ...(hasDevice ? lowers(host, base) : [])],
  };
}

/**
 * The host's end of a function of an SR-IOV card that a guest has: `pf0vf3`. Its card's own port counts the packets
 * too.
 */
function isRepresentor(host: Host, base: string): boolean {
  return /pf\d+(?:vf|sf)\d+$/.test(host.attribute(`${base}/phys_port_name`) ?? '');
}

/** One end of a pair whose other end is in another network: `lxc1a2b3c` of Cilium. */
function isPair(host: Host, base: string): boolean {
  const peer = host.attribute(`${base}/iflink`);
  if (peer === null || peer === '0' || peer === host.attribute(`${base}/ifindex`)) return false;
  return lowers(host, base).length === 0;
}

export function lowers(host: Host, base: string): string[] {
  const entries = host.list(base).filter(entry => entry.startsWith('lower_'));
  return entries.map(entry => entry.slice('lower_'.length));
}
