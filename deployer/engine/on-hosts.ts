import type { Connection, ExecResult, Target, Transport } from '../remote/transport/transport.ts';
import { blankResult } from './blank-result.ts';
import type { Emit } from './events.ts';
import { installOutcome } from './install-outcome.ts';
import { pool } from './pool.ts';
import type { HostResult } from './result.ts';
import { troubleOf } from './trouble.ts';

export interface OnHostsOptions {
  readonly forks: number;
  readonly signal: AbortSignal;
  /** In words, what is being done: `rolls back`. */
  readonly doing: string;
  now(): number;
}

/** Runs the installer on one server over an open connection. */
export type InstallerWork = (connection: Connection) => Promise<ExecResult>;

/** Has the installer do something other than a push on several servers, and tells in the same words how each ended. */
export async function onHosts(
  targets: readonly Target[],
  transport: Transport,
  work: InstallerWork,
  options: OnHostsOptions,
  emit: Emit,
): Promise<HostResult[]> {
  const one = async (target: Target): Promise<HostResult> => {
    const started = options.now();
    emit({ kind: 'phase', host: target.name, phase: 'activating', text: options.doing });
    const result = {
      ...(await attempt(target, transport, work, options.signal)),
      seconds: (options.now() - started) / 1_000,
    };
    emit({ kind: 'done', result });
    return result;
  };
  const results = await pool(targets, options.forks, one, () => options.signal.aborted);
  return targets.map(({ name }, at) => results[at] ?? skipped(name));
}

async function attempt(
  target: Target,
  transport: Transport,
  work: InstallerWork,
  signal: AbortSignal,
): Promise<HostResult> {
  try {
    const connection = await transport.connect(target, signal);
    try {
      const { outcome, reason, changes, journal } = installOutcome(await work(connection));
      return { ...blankResult(target.name), outcome, reason, changes, journal };
    } finally {
      await connection.close();
    }
  } catch (error) {
    if (signal.aborted) return skipped(target.name);
    return { ...blankResult(target.name), ...troubleOf(error) };
  }
}

function skipped(host: string): HostResult {
  return { ...blankResult(host), outcome: 'skipped', reason: 'Interrupted before its turn' };
}
