import type { Arch } from '../../agent/contract/requirements.ts';
import type { SentFile } from '../apply/transfer.ts';
import { pool } from '../lib/concurrency.ts';
import { UserError } from '../lib/errors.ts';
import { type BatchSize, batches, sizeOf } from './batches.ts';
import type { Build, PushDependencies } from './dependencies.ts';
import type { Emit } from './events.ts';
import { HostRun, type RunOptions } from './host-run.ts';
import type { Job } from './job.ts';
import { type HostResult, NOT_CONFIRMED, type Planned } from './result.ts';

export interface PushOptions extends RunOptions {
  /** How many servers at a time. */
  readonly forks: number;
  /** Sizes of the batches in which servers are changed; empty for all at once. */
  readonly serial: readonly BatchSize[];
  /** How many servers may fail, or be unreachable, before no further one is changed; null for any number. */
  readonly maxFail: BatchSize | null;
  /** Asked once, with the plan of every server, before any is written to; only if some would change. */
  confirm(plan: readonly Planned[]): Promise<boolean>;
}

/**
 * Installs or updates every server: all are asked before any is written to, and one server's failure
 * stops no other unless `maxFail` says so. Gives one result a server, in the jobs' order; throws only what concerns
 * the run as a whole.
 */
export async function push(
  jobs: readonly Job[],
  tools: PushDependencies,
  options: PushOptions,
  emit: Emit,
): Promise<HostResult[]> {
  const runs = jobs.map(job => new HostRun(job, tools, options, emit));
  const interrupted = (): boolean => options.signal.aborted;
  try {
    const build = await tools.build();
    await pool(runs, options.forks, run => run.probe(build), interrupted);
    // One after the other, as one of them may ask a question.
    for (const run of runs) await run.plan(build);
    const changing = runs.filter(run => run.changes);
    const limit = new FailureLimit(runs, options.maxFail);
    if (changing.length > 0 && !limit.exceeded && !interrupted()) {
      const confirmed = await options.confirm(runs.map(run => run.planned));
      if (confirmed) await change(changing, limit, build, tools, options, emit);
      else await Promise.all(changing.map(run => run.skip(NOT_CONFIRMED)));
    }
    if (limit.exceeded && !interrupted()) {
      await Promise.all(runs.map(run => run.skip(limit.reason)));
    }
    await Promise.all(runs.map(run => run.skip('Interrupted before its turn')));
  } finally {
    await Promise.all(runs.map(run => run.close()));
  }
  return runs.flatMap(run => run.result ?? []);
}

/** How many servers may fail before no further one is changed; those that fail before the first change count as well. */
class FailureLimit {
  readonly #runs: readonly HostRun[];
  readonly #allowed: number;

  constructor(runs: readonly HostRun[], maxFail: BatchSize | null) {
    this.#runs = runs;
    const trying = runs.filter(run => run.changes || run.failed).length;
    this.#allowed = maxFail === null ? trying : sizeOf(maxFail, trying, 0);
  }

  get exceeded(): boolean {
    return this.#failed.length > this.#allowed;
  }

  get reason(): string {
    const words = this.#failed.map(({ job: { name }, result }) =>
      result?.outcome === 'unreachable' ? `${name} is unreachable` : `${name} failed`,
    );
    return `Skipped: ${words.join(', ')} (limit ${this.#allowed})`;
  }

  get #failed(): HostRun[] {
    return this.#runs.filter(run => run.failed);
  }
}

async function change(
  runs: readonly HostRun[],
  limit: FailureLimit,
  build: Build,
  tools: PushDependencies,
  options: PushOptions,
  emit: Emit,
): Promise<void> {
  const runtimes = await makeRuntimes(runs, tools, emit);
  const stop = (): boolean => options.signal.aborted || limit.exceeded;
  for (const batch of batches(runs, options.serial)) {
    const one = async (run: HostRun): Promise<void> => {
      await run.apply(build, runtimes);
      // Waiting for a heartbeat holds up no other server, unless a limit has to know how this one ended.
      if (options.maxFail !== null) await run.settled;
    };
    await pool(batch, options.forks, one, stop);
    await Promise.all(batch.map(run => run.settled));
  }
}

/** The runtimes that the plans need; if one cannot be built, the servers that need it fail and the others go on. */
async function makeRuntimes(
  runs: readonly HostRun[],
  tools: PushDependencies,
  emit: Emit,
): Promise<Map<Arch, SentFile>> {
  const runtimes = new Map<Arch, SentFile>();
  for (const arch of new Set(runs.flatMap(run => run.missingRuntime ?? []))) {
    emit({ kind: 'note', text: `Makes the Node runtime for ${arch}` });
    try {
      runtimes.set(arch, await tools.runtime(arch));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const without = runs.filter(run => run.missingRuntime === arch);
      for (const run of without) await run.fail(error.message);
    }
  }
  return runtimes;
}
