import type { Writable } from 'node:stream';
import { places } from '../../../agent/contract/places.ts';
import { plainLines } from '../../../agent/contract/plain-text.ts';
import type { Context } from '../../context.ts';
import { pool } from '../../lib/concurrency.ts';
import { UsageError } from '../../lib/errors.ts';
import { quote } from '../../lib/quote.ts';
import { askHost } from '../../run/ask-hosts.ts';
import { openAccess, serversOf } from '../access.ts';
import { loadFleet } from '../load-fleet.ts';
import type { LogsFlags } from '../logs.ts';

/** To follow has no end: the largest delay of a timer. */
const ENDLESS = { timeoutMs: 2 ** 31 - 1, maxBytes: Number.POSITIVE_INFINITY };

/** A line of the journal has 48 KiB at the most (LineMax in journald.conf). */
const LINE_BYTES = 48 * 1024;

/** Of a server that sends more than was asked for, no more than this is shown. */
const LEAST_BYTES = 1024 * 1024;

/** What `homelab-deploy logs` does. */
export async function runLogs(
  context: Context,
  patterns: string[],
  flags: LogsFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, flags);
  const servers = await serversOf(context, fleet, flags);
  const width = Math.max(...fleet.map(({ name }) => name.length));
  const command = journalCommand(flags);
  const { signal, stdout, stderr } = context;
  const bounds = flags.follow
    ? ENDLESS
    : { maxBytes: Math.max(LEAST_BYTES, flags.lines * LINE_BYTES) };
  // To follow, all servers are needed at once.
  const forks = flags.follow ? servers.length : flags.forks;
  const access = { ...openAccess(context, flags), forks };
  const codes: (number | undefined)[] = await pool(servers, forks, async server => {
    const { name } = server.settings;
    const prefix = servers.length === 1 ? '' : `${name.padEnd(width)}  `;
    const onLine = (line: string) => written(stdout, `${prefix}${plainLines(line)}\n`);
    const options = { sudo: true, signal, onLine, ...bounds };
    const answer = await askHost(server, access, connection => connection.exec(command, options));
    if (answer.kind === 'error') {
      stderr.write(`${name}: ${answer.outcome}: ${answer.reason}\n`);
      return answer.outcome === 'failed' ? 1 : 3;
    }
    if (answer.value.code === 0) return 0;
    const said = plainLines(answer.value.stderr.trim());
    refuseTime(said, flags.since);
    stderr.write(`${name}: ${said}\n`);
    return 1;
  }).catch(error => {
    if (signal.aborted) return [];
    throw error;
  });
  if (signal.aborted) context.exitCode = flags.follow ? 0 : 130;
  else context.exitCode = codes.includes(1) ? 1 : codes.includes(3) ? 3 : 0;
}

/** Undefined where more can be written at once, else a promise of that: a server waits for the reader of its lines. */
function written(into: Writable, text: string): Promise<void> | undefined {
  if (into.write(text)) return undefined;
  return new Promise(resolve => into.once('drain', resolve));
}

/** Throws UsageError where journalctl said that it cannot read the time of `--since`. */
export function refuseTime(said: string, since: string | undefined): void {
  if (since === undefined || !/^Failed to parse timestamp/m.test(said)) return;
  throw new UsageError(
    `--since: Expected a time as journalctl accepts it, such as "-1h", "today" or "2026-01-31 10:00", found ${JSON.stringify(since)}`,
  );
}

function journalCommand({ follow, lines, since, deploys }: LogsFlags): string {
  return quote([
    'journalctl',
    '--no-pager',
    ...(deploys ? ['-t', places.journalTag] : ['-u', places.unitName]),
    '-o',
    'short-iso',
    '-n',
    String(lines),
    ...(since === undefined ? [] : [`--since=${since}`]),
    ...(follow ? ['-f'] : []),
  ]);
}
