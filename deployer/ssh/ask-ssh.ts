import { execa } from 'execa';
import { UserError } from '../lib/errors.ts';
import { closeWhenKilled } from '../lib/when-killed.ts';
import { said } from './said.ts';
import { parseSshConfig, type SshConfig } from './ssh-config.ts';
import type { Target, TransportDeps } from './transport.ts';

const DEADLINE_MS = 10_000;

/** Asks OpenSSH what its configuration says of a server, once per host and arguments. */
export class SshConfigReader {
  readonly #deps: TransportDeps;
  readonly #answers = new Map<string, Promise<SshConfig>>();

  constructor(deps: TransportDeps) {
    this.#deps = deps;
  }

  /** Throws UserError with OpenSSH's own message when it rejects its configuration or the arguments. */
  async read(alias: string, args: readonly string[]): Promise<SshConfig> {
    const key = JSON.stringify([alias, args]);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = askSsh(this.#deps, alias, args);
    this.#answers.set(key, answer);
    return answer;
  }
}

/** The name to ask of OpenSSH: never a resolved address, or its Host sections would not match. */
export function aliasOf(target: Target): string {
  return target.host ?? target.name;
}

/** The inventory's settings as ssh's own flags, in Ansible's order: of each the first wins, the configuration comes last. */
export function sshArguments(target: Target): string[] {
  return [
    ...(target.sshArgsBefore ?? []),
    ...(target.port === undefined ? [] : ['-p', String(target.port)]),
    ...(target.user === undefined ? [] : ['-l', target.user]),
    ...(target.privateKeyFile === undefined ? [] : ['-i', target.privateKeyFile]),
    ...target.sshArgs,
  ];
}

async function askSsh(
  deps: TransportDeps,
  alias: string,
  args: readonly string[],
): Promise<SshConfig> {
  // -N: without a command ssh rejects a configuration with "ForkAfterAuthentication yes" even to print it.
  const child = execa('ssh', ['-N', '-G', ...args, '--', alias], {
    env: deps.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: DEADLINE_MS,
    ...(deps.signal === undefined ? {} : { cancelSignal: deps.signal }),
  });
  const result = await closeWhenKilled(child);
  deps.signal?.throwIfAborted();
  if (result.code === 'ENOENT') {
    throw new UserError(
      'Expected the ssh command to read the OpenSSH configuration, found none on the path: install openssh-client',
    );
  }
  if (result.timedOut) {
    throw new UserError(
      `"ssh -G ${alias}" gave no answer within ${DEADLINE_MS / 1000} s: look for a slow "Match exec" in the OpenSSH configuration`,
    );
  }
  if (result.exitCode !== 0) {
    const words = result.stderr.replace(/^Pseudo-terminal .*\n?/m, '').trim();
    throw new UserError(
      `OpenSSH rejected its configuration for ${alias}; ${said(words || (result.shortMessage ?? ''))}`,
    );
  }
  return parseSshConfig(alias, result.stdout);
}

/** The `-F FILE` among ssh's arguments: all that OpenSSH itself passes on to the jump hosts of a ProxyJump. */
export function configFileArgs({
  sshArgsBefore = [],
  sshArgs,
}: Pick<Target, 'sshArgsBefore' | 'sshArgs'>): string[] {
  const args = [...sshArgsBefore, ...sshArgs];
  for (const [index, arg] of args.entries()) {
    if (arg === '-F') return args.slice(index, index + 2);
    if (arg.startsWith('-F')) return [arg];
  }
  return [];
}
