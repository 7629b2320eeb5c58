import type { SshConfigReader } from '../ask-ssh.ts';
import { SetupRefused } from '../errors.ts';
import type { SshConfig } from '../ssh-config.ts';
import { parseProxyJump } from './jump-spec.ts';

/** A jump host as a question to OpenSSH's configuration, which may set its address, user and keys. */
export interface JumpHost {
  readonly alias: string;
  /** Its own arguments, without the way to it. */
  readonly args: readonly string[];
  /** The arguments to ask its configuration with: the hops before it are its own ProxyJump, as OpenSSH does it. */
  readonly question: readonly string[];
}

/** A jump host with what the configuration says of it. */
export interface Hop extends JumpHost {
  readonly config: SshConfig;
}

/** The last hop of a ProxyJump. `configArgs` is the `-F FILE` that the server itself was asked with, or none. */
export function lastHop(proxyJump: string, configArgs: readonly string[]): JumpHost {
  const { hop, before } = parseProxyJump(proxyJump);
  const args = [
    ...configArgs,
    ...(hop.user === undefined ? [] : ['-l', hop.user]),
    ...(hop.port === undefined ? [] : ['-p', String(hop.port)]),
  ];
  const question = before === undefined ? args : [...args, '-J', before];
  return { alias: hop.host, args, question };
}

/**
 * All jump hosts on the way to a server, the nearest to the server first.
 * Throws SetupRefused when a ProxyJump leads back to one of its own hosts, typically because a `Host *` section names
 * the jump host and applies to it as well: ssh would start itself again and again.
 */
export async function followJumps(
  configs: SshConfigReader,
  config: SshConfig,
  configArgs: readonly string[],
): Promise<Hop[]> {
  const hops: Hop[] = [];
  let next = config.proxyJump;
  while (next !== undefined) {
    const host = lastHop(next, configArgs);
    const key = JSON.stringify([host.alias, host.question]);
    if (hops.some(hop => JSON.stringify([hop.alias, hop.question]) === key)) {
      throw new SetupRefused(
        config.label,
        `The ProxyJump of ${config.label} (${config.proxyJump}) leads back to ${host.alias}: give ${host.alias} "ProxyJump none" in a Host section above`,
      );
    }
    const own = await configs.read(host.alias, host.question);
    hops.push({ ...host, config: own });
    next = own.proxyJump;
  }
  return hops;
}
