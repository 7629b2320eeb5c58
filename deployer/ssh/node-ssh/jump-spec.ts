/** One hop of a ProxyJump, as written: `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
interface JumpHop {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
}

/** How to get to the last hop: that hop, and the ProxyJump for the hops before it. */
export interface JumpRoute {
  readonly hop: JumpHop;
  readonly before: string | undefined;
}

/**
 * Reads a ProxyJump value, for example `user@[10.0.0.9]:2201,bastion`: hops are visited in this order.
 * Throws RangeError on an empty hop or a bad port.
 */
export function parseProxyJump(value: string): JumpRoute {
  const hops = value.split(',').map(hop => hop.trim());
  const last = hops.pop() ?? '';
  return { hop: parseHop(last), before: hops.length === 0 ? undefined : hops.join(',') };
}

function parseHop(text: string): JumpHop {
  const bare = text.replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const at = bare.lastIndexOf('@');
  const user = at < 0 ? undefined : bare.slice(0, at);
  const address = bare.slice(at + 1);
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(address);
  // An IPv6 address may also stand alone, without brackets and port.
  const host = match?.[1] ?? match?.[2] ?? (/^[0-9a-f:.]+(%\w+)?$/i.test(address) ? address : '');
  const port = match?.[3] === undefined ? undefined : Number(match[3]);
  if (host === '' || (port !== undefined && (port < 1 || port > 65_535))) {
    throw new RangeError(
      `Expected a ProxyJump hop like user@host:22, found ${JSON.stringify(text)}`,
    );
  }
  return { host, user, port };
}
