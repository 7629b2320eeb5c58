import { probeHost } from '../engine/probe-host.ts';
import { troubleOf } from '../engine/trouble.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { quote } from '../remote/quote.ts';
import { HostKeyRefused, LoginRefused, SudoRefused } from '../remote/transport/errors.ts';
import type { Connection, Target, Transport } from '../remote/transport/transport.ts';
import { type Finding, note, ok, wrong } from './finding.ts';
import { judgeFacts } from './judge-facts.ts';

/** Everything about one server that a push would stumble over, in the order in which it would. */
export async function checkHost(
  settings: HostSettings,
  target: Target,
  transport: Transport,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const { connection, facts } = await probeHost(transport, target, { texts: false, signal });
    try {
      return [
        ok(target.connection === 'local' ? 'This machine itself, and sudo' : ALL_THE_WAY),
        ...judgeFacts(facts, settings.runtime, Date.now()),
        await checkHub(connection, settings.config.hub_url),
      ];
    } finally {
      await connection.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    return target.connection === 'local'
      ? [wrong(troubleOf(error).reason)]
      : troubleFindings(error);
  }
}

const ALL_THE_WAY = 'Name, reach, host key, login and sudo';

/** Each error of the way to a server tells how far it got. */
function troubleFindings(error: unknown): Finding[] {
  const { reason } = troubleOf(error);
  if (error instanceof HostKeyRefused) return [ok('Name and reach'), wrong(reason)];
  if (error instanceof LoginRefused) return [ok('Name, reach and host key'), wrong(reason)];
  if (error instanceof SudoRefused) return [ok('Name, reach, host key and login'), wrong(reason)];
  return [wrong(reason)];
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
  if (code === 0) return ok(`The hub's port (${host}:${at}) answers from there`);
  if (code === 99)
    return note('Whether the hub answers from there is not known: no bash to ask with');
  return wrong(
    `Expected the hub's port ${host}:${at} to answer from there, found that it does not`,
  );
}
