import { quote } from '../../lib/quote.ts';
import { askHost, type HostAccess } from '../../run/ask-hosts.ts';
import { readFacts } from '../../run/read-facts.ts';
import { HostKeyRefused, LoginRefused, SudoRefused } from '../../ssh/errors.ts';
import type { Connection } from '../../ssh/transport.ts';
import type { Server } from '../server.ts';
import { type Finding, fail, pass, warn } from './finding.ts';
import { hubKey, judgeFacts } from './judge-facts.ts';

/** Everything about one server that would make a push fail, in the order in which it would. */
export async function checkHost(
  server: Server,
  access: HostAccess,
  nodeVersion: string,
): Promise<Finding[]> {
  const { runtime, config } = server.settings;
  const local = server.target.connection === 'local';
  const answer = await askHost(server, access, async connection => {
    const facts = await readFacts(connection, { runtime, settings: true }, access.signal);
    return [
      ...judgeFacts(facts, nodeVersion, Date.now()),
      ...hubKey(facts, config.api_key !== undefined),
      await checkHub(connection, config.hub_url),
    ];
  });
  if (answer.kind === 'answer') {
    return [pass(local ? 'This machine itself, and sudo' : ALL_THE_WAY), ...answer.value];
  }
  return [...(local ? [] : reached(answer.error)), fail(answer.reason)];
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
