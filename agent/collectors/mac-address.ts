import type { Host } from '../host/host.ts';
import * as defaultRoute from './default-route.ts';
import { ethernet, lowers, maxDepth } from './interfaces.ts';

/**
 * The MAC address of the interface that carries the default route; remembered, so that it does not change back and
 * forth.
 */
export class MacAddress {
  readonly #host: Host;
  #found: { device: string; address: string } | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Lower case with colons, or null when the host has no Ethernet at all.
   *
   * @param foreign addresses of our own interfaces where /sys/class/net shows another network's (foreign-sysfs.ts)
   */
  read(foreign: ReadonlyMap<string, string> | null): string | null {
    if (foreign !== null) {
      const route = defaultRoute.read(this.#host);
      const own = route === null ? undefined : foreign.get(route);
      return parse(own ?? foreign.values().next().value ?? null);
    }
    const known = this.#found;
    if (known !== null && this.#host.exists(`sys/class/net/${known.device}`)) return known.address;
    this.#found = null;
    for (const device of candidates(this.#host)) {
      const address = addressOf(this.#host, device);
      if (address === null) continue;
      this.#found = { device, address };
      break;
    }
    return this.#found?.address ?? null;
  }
}

/** A usable address in lower case: six octets, not all zero, not a group's; else null. */
export function parse(text: string | null): string | null {
  const address = text?.trim().toLowerCase() ?? '';
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(address)) return null;
  const firstOctet = Number.parseInt(address.slice(0, 2), 16);
  return address === '00:00:00:00:00:00' || (firstOctet & 1) === 1 ? null : address;
}

/**
 *     Slave Interface: eno1
 *     MII Status: up
 *     Permanent HW addr: 3c:ec:ef:12:34:56
 *
 * /proc/net/bonding/BOND. All slaves show the bond's address as theirs; only this one is the hardware's.
 */
export function parseBond(text: string, slave: string): string | null {
  const section = text.split(/^Slave Interface: /m).find(part => part.startsWith(`${slave}\n`));
  return parse(/^Permanent HW addr: (\S+)$/m.exec(section ?? '')?.[1] ?? null);
}

/**
 * The default route's port first, then every physical one, those of Open vSwitch before others, as nothing leads down
 * from its bridge to them, and those with a cable before those without; then any Ethernet interface of a container.
 */
function candidates(host: Host): string[] {
  const names = host.list('sys/class/net').filter(name => name !== 'lo');
  const route = defaultRoute.read(host);
  const port = route === null ? [] : [portBelow(host, route)];
  const physical = cableFirst(
    host,
    names.filter(name => isPhysical(host, name)),
  );
  const switched = physical.filter(
    name => host.link(`sys/class/net/${name}/master`) === 'ovs-system',
  );
  const rest = names.filter(name => !host.exists(`sys/class/net/${name}/bridge`));
  const first = physical.length === 0 ? port : port.filter(name => physical.includes(name));
  return [...first, ...switched, ...physical, ...rest];
}

/** Walks down bonds, bridges and VLANs to the port that has the cable. */
function portBelow(host: Host, name: string): string {
  let device = name;
  for (let depth = 0; depth < maxDepth; depth++) {
    const below = lowerOf(host, device);
    if (below === undefined) break;
    device = below;
  }
  return device;
}

function lowerOf(host: Host, device: string): string | undefined {
  const base = `sys/class/net/${device}`;
  if (host.exists(`${base}/device`)) return undefined;
  const slaves = host.attribute(`${base}/bonding/slaves`)?.split(' ').filter(Boolean).sort();
  if (slaves !== undefined && slaves.length > 0) return slaves[0];
  const ports = cableFirst(host, host.list(`${base}/brif`));
  if (ports.length > 0) {
    // A guest's interface is not this host's hardware; a bond or a VLAN may be the uplink.
    return ports.find(port => lowerOf(host, port) !== undefined || isPhysical(host, port));
  }
  return lowers(host, base)[0];
}

function cableFirst(host: Host, names: readonly string[]): string[] {
  const lacksCable = (name: string): number =>
    Number(host.attribute(`sys/class/net/${name}/carrier`) !== '1');
  return names.toSorted((a, b) => lacksCable(a) - lacksCable(b));
}

function isPhysical(host: Host, device: string): boolean {
  return host.exists(`sys/class/net/${device}/device`);
}

function addressOf(host: Host, device: string): string | null {
  const base = `sys/class/net/${device}`;
  if (host.attribute(`${base}/type`) !== ethernet) return null;
  const master = host.link(`${base}/master`);
  const bond = master === null ? null : host.attribute(`proc/net/bonding/${master}`);
  return (
    (bond === null ? null : parseBond(bond, device)) ?? parse(host.attribute(`${base}/address`))
  );
}
