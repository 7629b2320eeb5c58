import { pool } from '../../deployer/lib/concurrency.ts';
import type { Fault, FaultGroup, Row } from './fault.ts';
import { Random } from './random.ts';

export interface RunFaultsOptions {
  readonly seed: number;
  /** How often each fault is caused, in place of its own number. */
  readonly runs?: number | undefined;
  /** Only faults whose name contains this. */
  readonly only?: string | undefined;
  /** Called at the end of each run. */
  onEnd?(run: EndedRun): void;
}

export interface EndedRun {
  readonly fault: string;
  readonly run: number;
  readonly seconds: number;
  /** How it ended; null if it differs. */
  readonly seen: string | null;
  readonly error: unknown;
}

/**
 * Causes every fault so many times, as many side by side as the group allows, and gives one row a fault. The moments of
 * a run follow from the seed, the fault's name and the run's number alone.
 */
export async function runFaults(
  { faults, atOnce }: FaultGroup,
  { seed, runs, only = '', onEnd = () => {} }: RunFaultsOptions,
): Promise<Row[]> {
  const chosen = faults.filter(({ name }) => name.includes(only));
  const ended = await pool(inTurns(chosen, runs), atOnce, async ({ fault, run }) => {
    const started = performance.now();
    const result = await attempt(fault, new Random(`${seed} ${fault.name} ${run}`));
    const seconds = (performance.now() - started) / 1_000;
    const end: EndedRun = { fault: fault.name, run, seconds, ...result };
    onEnd(end);
    return end;
  });
  const all = ended.flatMap(end => end ?? []);
  return chosen.map(fault =>
    rowOf(
      fault,
      all.filter(end => end.fault === fault.name),
    ),
  );
}

async function attempt(fault: Fault, random: Random): Promise<Pick<EndedRun, 'seen' | 'error'>> {
  try {
    return { seen: await fault.run(random), error: null };
  } catch (error) {
    return { seen: null, error };
  }
}

/** The first run of each fault, then the second of each: different ones stand side by side. */
function inTurns(faults: readonly Fault[], runs?: number): { fault: Fault; run: number }[] {
  const most = Math.max(0, ...faults.map(({ times }) => runs ?? times));
  return Array.from({ length: most }, (_, at) => at + 1).flatMap(run =>
    faults.filter(({ times }) => run <= (runs ?? times)).map(fault => ({ fault, run })),
  );
}

function rowOf({ name, expected }: Fault, ended: readonly EndedRun[]): Row {
  const seen = new Map<string, number>();
  for (const { seen: word } of ended) {
    if (word !== null) seen.set(word, (seen.get(word) ?? 0) + 1);
  }
  const differs = ended.filter(end => end.seen === null).map(({ run, error }) => ({ run, error }));
  return { fault: name, expected, times: ended.length, seen, differs };
}
