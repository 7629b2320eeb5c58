import type { SshConfigReader } from './ask-ssh.ts';
import { Unreachable } from './errors.ts';
import { parseProxyJump } from './jump-spec.ts';
import type { SshConfig } from './ssh-config.ts';

/** A jump host as a question to OpenSSH's configuration, which has its own say on address, user and keys. */
export interface JumpHost {
  readonly alias: string;
  readonly args: readonly string[];
}

/**
 * The last hop of a ProxyJump; the hops before it become that hop's own ProxyJump, as OpenSSH does it.
 * `configArgs` is the `-F FILE` that the server itself was asked with, or none.
 */
export function lastHop(proxyJump: string, configArgs: readonly string[]): JumpHost {
  const { hop, before } = parseProxyJump(proxyJump);
  const args = [
    ...configArgs,
    ...(hop.user === undefined ? [] : ['-l', hop.user]),
    ...(hop.port === undefined ? [] : ['-p', String(hop.port)]),
    ...(before === undefined ? [] : ['-J', before]),
  ];
  return { alias: hop.host, args };
}

/**
 * Throws Unreachable when a ProxyJump leads back to one of its own hosts, typically by a `Host *` section that names
 * the jump host without leaving it out. ssh would start itself again and again.
 */
export async function refuseJumpCircle(
  configs: SshConfigReader,
  config: SshConfig,
  configArgs: readonly string[],
): Promise<void> {
  const seen = new Set<string>();
  let next = config.proxyJump;
  while (next !== undefined) {
    const { alias, args } = lastHop(next, configArgs);
    const key = JSON.stringify([alias, args]);
    if (seen.has(key)) {
      throw new Unreachable(
        config.label,
        `The ProxyJump of ${config.label} (${config.proxyJump}) leads back to ${alias}: give ${alias} "ProxyJump none" in a Host section above`,
      );
    }
    seen.add(key);
    next = (await configs.read(alias, args)).proxyJump;
  }
}
