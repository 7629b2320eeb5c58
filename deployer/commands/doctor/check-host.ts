import { quote, quoteWord } from '../../lib/quote.ts';
import { askHost, type HostAccess } from '../../run/ask-hosts.ts';
import { readFacts } from '../../run/read-facts.ts';
import { HostKeyRefused, LoginRefused, SudoRefused } from '../../ssh/errors.ts';
import type { Connection } from '../../ssh/transport.ts';
import { type RepeatedOptions, repeatedOptions } from '../../ui/repeated-options.ts';
import type { Server } from '../server.ts';
import type { Report } from './doctor-text.ts';
import { type Finding, fail, pass, warn } from './finding.ts';
import { hubKey, judgeFacts } from './judge-facts.ts';

/** What the answer for one server is judged with. */
interface Checking {
  readonly nodeVersion: string;
  readonly given: RepeatedOptions;
}

/** Everything about one server that would make a push fail, in the order in which it would. */
export async function checkHost(
  server: Server,
  access: HostAccess,
  { nodeVersion, given }: Checking,
): Promise<Report> {
  const { name, runtime, config, optional } = server.settings;
  const logs = `homelab-deploy logs ${quoteWord(name)}${repeatedOptions(given)}`;
  const local = server.target.connection === 'local';
  const answer = await askHost(server, access, async connection => {
    const facts = await readFacts(connection, { runtime, settings: true }, access.signal);
    return [
      ...judgeFacts(facts, { nodeVersion, now: Date.now(), logs }),
      ...hubKey(facts, config.api_key !== undefined),
      await checkHub(connection, config.hub_url),
    ];
  });
  if (answer.kind === 'answer') {
    const first = pass(local ? 'This machine itself, and sudo' : ALL_THE_WAY);
    return { about: name, findings: [first, ...answer.value], unreachable: false };
  }
  const unreachable = answer.outcome === 'unreachable';
  const last = unreachable && optional ? warn(`May be off: ${answer.reason}`) : fail(answer.reason);
  return { about: name, findings: [...(local ? [] : reached(answer.error)), last], unreachable };
}

const ALL_THE_WAY = 'Name, reach, host key, login and sudo';

/** What an error while connecting proves to work. */
function reached(error: unknown): Finding[] {
  if (error instanceof HostKeyRefused) return [pass('Name and reach')];
  if (error instanceof LoginRefused) return [pass('Name, reach and host key')];
  if (error instanceof SudoRefused) return [pass('Name, reach, host key and login')];
  return [];
}

/** bash opens a TCP connection by itself, so that nothing has to be installed for the question. */
async function checkHub(connection: Connection, hubUrl: string): Promise<Finding> {
  const { hostname, port, protocol } = new URL(hubUrl);
  const at = port || (protocol === 'https:' ? '443' : '80');
  const host = hostname.replace(/^\[|\]$/g, '');
  const open = quote(['timeout', '5', 'bash', '-c', 'exec 3<>"/dev/tcp/$0/$1"', host, at]);
  const { code } = await connection.exec(
    `command -v bash >/dev/null || exit 99; ${open} 2>/dev/null`,
  );
  if (code === 0) return pass(`The hub's port (${host}:${at}) answers from there`);
  if (code === 99)
    return warn('Whether the hub answers from there is not known: no bash to ask with');
  return fail(`Expected the hub's port ${host}:${at} to answer from there, found that it does not`);
}
