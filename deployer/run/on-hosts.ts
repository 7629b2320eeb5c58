import { pool } from '../lib/concurrency.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { askHost, type HostAccess, type Reachable } from './ask-hosts.ts';
import type { Emit } from './events.ts';
import { waitForBeat } from './first-beat.ts';
import { installOutcome } from './install-outcome.ts';
import { readInstallState } from './read-facts.ts';
import { blankResult, type HostResult } from './result.ts';

export interface OnHostsOptions extends HostAccess {
  /** In words, what is being done: `rolls back`. */
  readonly doing: string;
  /** Whether a release is activated, whose first heartbeat is waited for. */
  readonly awaitBeat?: boolean;
  now(): number;
}

/** Runs the installer on one server over an open connection. */
export type InstallerWork = (connection: Connection) => Promise<ExecResult>;

/**
 * Runs the installer for something other than a push on several servers, and reports in the same words how each ended.
 */
export async function onHosts(
  servers: readonly Reachable[],
  work: InstallerWork,
  options: OnHostsOptions,
  emit: Emit,
): Promise<HostResult[]> {
  const one = async (server: Reachable): Promise<HostResult> => {
    const started = options.now();
    emit({ kind: 'phase', host: server.target.name, phase: 'activating', text: options.doing });
    const result = {
      ...(await attempt(server, work, options)),
      seconds: (options.now() - started) / 1_000,
    };
    emit({ kind: 'done', result });
    return result;
  };
  const results = await pool(servers, options.forks, one, () => options.signal.aborted);
  return servers.map(({ target: { name } }, at) => results[at] ?? skipped(name));
}

async function attempt(
  server: Reachable,
  work: InstallerWork,
  options: OnHostsOptions,
): Promise<HostResult> {
  const host = server.target.name;
  try {
    const answer = await askHost(server, options, async connection => {
      const result = { ...blankResult(host), ...outcomeOf(await work(connection)) };
      return result.outcome === 'changed' && options.awaitBeat
        ? await withBeat(connection, result, options.signal)
        : result;
    });
    if (answer.kind === 'answer') return answer.value;
    const { outcome, reason } = answer;
    return { ...blankResult(host), outcome, reason };
  } catch (error) {
    if (options.signal.aborted) return skipped(host);
    throw error;
  }
}

function outcomeOf(result: ExecResult) {
  const { outcome, reason, changes, journal, activated } = installOutcome(result);
  return { outcome, reason, changes, journal, ...activated };
}

/** The result with what the hub answered to the release that is live now; another agent does not say. */
async function withBeat(
  connection: Connection,
  result: HostResult,
  signal: AbortSignal,
): Promise<HostResult> {
  const { current } = await readInstallState(connection, '');
  if (current === null) return result;
  const { beat, status } = await waitForBeat(connection, current, signal);
  const warnings = status?.warnings ?? [];
  if (beat.answer !== 'refused') return { ...result, beat, warnings };
  return { ...result, outcome: 'refused', reason: beat.reason, beat, warnings };
}

function skipped(host: string): HostResult {
  return { ...blankResult(host), outcome: 'skipped', reason: 'Interrupted before its turn' };
}
