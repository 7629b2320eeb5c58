import type { Host } from '../host/host.ts';
import { type Counters, parse } from './net-dev.ts';

/** One network interface as /proc/net/dev counts it and /sys/class/net describes it. */
export interface Interface extends Counters {
  name: string;
  isUp: boolean;
  /** Backed by hardware, or by a virtual machine's virtual hardware. */
  isPhysical: boolean;
  /** A port of a bridge: a guest's end, or what carries the bridge's traffic. */
  isBridgePort: boolean;
  /** The bond, bridge or team that it belongs to. */
  master: string | null;
}

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
      return { ...counters, name, isUp, isPhysical: false, isBridgePort: false, master: null };
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
      isPhysical: host.exists(`sys/class/net/${name}/device`),
      isBridgePort: host.exists(`sys/class/net/${name}/brport`),
      master: host.link(`sys/class/net/${name}/master`),
    };
  });
}
