import { pool } from '../lib/concurrency.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { askHost, type HostAccess, type Reachable } from './ask-hosts.ts';
import type { Emit } from './events.ts';
import { installOutcome } from './install-outcome.ts';
import { blankResult, type HostResult } from './result.ts';

export interface OnHostsOptions extends HostAccess {
  /** In words, what is being done: `rolls back`. */
  readonly doing: string;
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
    const answer = await askHost(server, options, work);
    if (answer.kind === 'error') {
      const { outcome, reason } = answer;
      return { ...blankResult(host), outcome, reason };
    }
    const { outcome, reason, changes, journal } = installOutcome(answer.value);
    return { ...blankResult(host), outcome, reason, changes, journal };
  } catch (error) {
    if (options.signal.aborted) return skipped(host);
    throw error;
  }
}

function skipped(host: string): HostResult {
  return { ...blankResult(host), outcome: 'skipped', reason: 'Interrupted before its turn' };
}
