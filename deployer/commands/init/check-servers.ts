import { plainLines } from '../../../agent/contract/plain-text.ts';
import type { Context } from '../../context.ts';
import { askHosts, type HostAnswer } from '../../run/ask-hosts.ts';
import { HostKeyRefused, SudoRefused, type UnknownHostKey } from '../../ssh/errors.ts';
import type { Connection } from '../../ssh/transport.ts';
import { confirm, isTerminal } from '../../ui/confirm.ts';
import { table } from '../../ui/text.ts';
import { openAccess } from '../access.ts';
import type { Server } from '../server.ts';
import type { InitFlags } from './init-flags.ts';

/**
 * Logs in to each server and reports what is there. Host keys that are not known are shown together, and recorded once
 * a person accepts them. Gives the names of the servers whose keys stay unknown.
 */
export async function checkServers(
  context: Context,
  servers: readonly Server[],
  flags: InitFlags,
): Promise<string[]> {
  const found = new Map<string, HostAnswer<string>>();
  const seen = new Set<string>();
  let waiting = servers;
  while (waiting.length > 0) {
    // Anew each time: a connection knows the host keys from its beginning.
    const answers = await askHosts(waiting, openAccess(context, flags), look);
    for (const answer of answers) found.set(answer.host, answer);
    const unknown = answers.flatMap(answer => unknownKey(answer) ?? []);
    const fresh = unknown.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    if (fresh.length === 0 || !(await accepted(context, [...distinct(fresh)], flags))) break;
    for (const { key } of distinct(fresh)) await key.remember();
    waiting = waiting.filter(({ target }) => unknown.some(({ host }) => host === target.name));
  }
  const rows = servers.flatMap(({ target: { name } }) => {
    const answer = found.get(name);
    return answer === undefined ? [] : [[name, words(answer)]];
  });
  context.stderr.write(`${table(['SERVER', 'FOUND'], rows)}\n`);
  return [...found.values()].flatMap(answer => unknownKey(answer)?.host ?? []);
}

interface Unknown {
  readonly host: string;
  readonly id: string;
  readonly key: UnknownHostKey;
}

function unknownKey(answer: HostAnswer<string>): Unknown | undefined {
  if (answer.kind !== 'error' || !(answer.error instanceof HostKeyRefused)) return undefined;
  const key = answer.error.unknown;
  return key === undefined ? undefined : { host: answer.host, id: `${key.server} ${key.key}`, key };
}

/** Several servers may be behind one jump host. */
function distinct(unknown: readonly Unknown[]): Iterable<Unknown> {
  return new Map(unknown.map(each => [each.id, each])).values();
}

async function accepted(
  context: Context,
  unknown: readonly Unknown[],
  { acceptHostKeys }: InitFlags,
): Promise<boolean> {
  const wide = Math.max(...unknown.map(({ key }) => key.server.length));
  const lines = unknown.map(({ key }) => `  ${key.server.padEnd(wide)}  ${key.key}`);
  const compare =
    'To compare, on a server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub (or ecdsa, rsa)';
  context.stderr.write(`Host keys that are not known yet:\n${lines.join('\n')}\n${compare}\n`);
  if (acceptHostKeys) return true;
  if (!isTerminal(context)) return false;
  const files = [...new Set(unknown.map(({ key }) => key.file))].join(', ');
  return await confirm(context, `Are these right, and to be recorded in ${files}?`);
}

const ABOUT = '. /etc/os-release 2>/dev/null; echo "$PRETTY_NAME, $(uname -m)"';

async function look(connection: Connection): Promise<string> {
  const { stdout } = await connection.exec(ABOUT);
  const about = plainLines(stdout.trim().split('\n').at(-1) ?? '').slice(0, 100);
  try {
    await connection.exec('true', { sudo: true });
    return `ok: ${about}, sudo works`;
  } catch (error) {
    if (!(error instanceof SudoRefused)) throw error;
    return `${about}; ${plainLines(error.message)}`;
  }
}

function words(answer: HostAnswer<string>): string {
  if (answer.kind === 'answer') return answer.value;
  const isUnknown = answer.error instanceof HostKeyRefused && answer.error.unknown !== undefined;
  // Its fingerprint stands above.
  return isUnknown ? 'host key not known, so not logged in' : `${answer.outcome}: ${answer.reason}`;
}
