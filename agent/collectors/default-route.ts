import type { Host } from '../host/host.ts';

interface Route {
  interface: string;
  metric: number;
}

/**
 *     Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
 *     eth0	00000000	010012AC	0003	0	0	100	00000000	0	0	0
 *
 * Addresses in hexadecimal, the host's byte order.
 */
export function parse(text: string): Route[] {
  const routes: Route[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, , flags, , , metric, mask] = line.trim().split(/\s+/);
    if (name === undefined || destination !== '00000000' || mask !== '00000000') continue;
    if (leadsOut(flags)) {
      routes.push({ interface: name, metric: Number(metric) });
    }
  }
  return routes;
}

/**
 *     00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
 *
 * destination length source length next-hop metric references use flags interface. Every kernel also has a route of
 * this form on lo with flag 0x200 (reject).
 */
function parseIpv6(text: string): Route[] {
  const routes: Route[] = [];
  for (const line of text.split('\n')) {
    const [destination, length, , , , metric, , , flags, name] = line.trim().split(/\s+/);
    if (name === undefined || length !== '00' || !/^0{32}$/.test(destination ?? '')) continue;
    if (leadsOut(flags) && name !== 'lo') {
      routes.push({ interface: name, metric: Number.parseInt(metric ?? '', 16) });
    }
  }
  return routes;
}

/** RTF_UP, and not RTF_REJECT, which an unreachable route has. */
function leadsOut(flags: string | undefined): boolean {
  return (Number.parseInt(flags ?? '', 16) & 0x201) === 1;
}

/** The interface that the host reaches the world by, lowest metric first and IPv4 before IPv6, or null. */
export function read(host: Host): string | null {
  return (
    best(parse(host.attribute('proc/net/route') ?? '')) ??
    best(parseIpv6(host.attribute('proc/net/ipv6_route') ?? ''))
  );
}

function best(routes: Route[]): string | null {
  return routes.sort((a, b) => a.metric - b.metric)[0]?.interface ?? null;
}
