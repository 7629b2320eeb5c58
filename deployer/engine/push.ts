import type { SentFile } from '../apply/transfer.ts';
import { UserError } from '../errors.ts';
import type { Arch } from '../release/manifest.ts';
import type { Emit } from './events.ts';
import { HostRun, type RunOptions } from './host-run.ts';
import type { Job } from './job.ts';
import { pool } from './pool.ts';
import type { HostResult } from './result.ts';
import type { Tools } from './tools.ts';

export interface PushOptions extends RunOptions {
  /** How many servers at a time. */
  readonly forks: number;
}

/**
 * Brings every server to what it should carry: all are asked before any is written to, and one server's trouble
 * stops no other. Gives one result a server, in the jobs' order; throws only what concerns the run as a whole.
 */
export async function push(
  jobs: readonly Job[],
  tools: Tools,
  options: PushOptions,
  emit: Emit,
): Promise<HostResult[]> {
  const runs = jobs.map(job => new HostRun(job, tools, options, emit));
  const stop = (): boolean => options.signal.aborted;
  try {
    const building = tools.build();
    // Awaited below; a build that fails while servers are being asked is no unhandled rejection.
    building.catch(() => {});
    await pool(runs, options.forks, run => run.probe(), stop);
    const build = await building;
    await Promise.all(runs.map(run => run.plan(build)));
    const runtimes = options.check ? new Map() : await makeRuntimes(runs, tools, emit);
    await pool(runs, options.forks, run => run.apply(build, runtimes), stop);
    await Promise.all(runs.map(run => run.skip('Interrupted before its turn')));
  } finally {
    await Promise.all(runs.map(run => run.close()));
  }
  return runs.flatMap(run => run.result ?? []);
}

/** The archives that the plans ask for; where one cannot be made, the servers that need it fail and the others go on. */
async function makeRuntimes(
  runs: readonly HostRun[],
  tools: Tools,
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
