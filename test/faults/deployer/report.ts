import type { HostReport } from '../../support/deploy.ts';
import type { Running } from '../../support/running.ts';

/** What a push reported of its one server when it ended. */
export interface Report {
  readonly code: number | null;
  /** Null if it ended without a report. */
  readonly host: HostReport | null;
}

export async function reportOf(run: Running): Promise<Report> {
  const { code } = await run.ended;
  if (run.stdout === '') return { code, host: null };
  const { exit_code, hosts }: { exit_code: number; hosts: HostReport[] } = JSON.parse(run.stdout);
  if (exit_code !== code) throw new Error(`Reported exit code ${exit_code}, ended with ${code}`);
  return { code, host: hosts[0] ?? null };
}

/** Which release a report says is live: the one that was pushed, the one before, or it does not say. */
export function claimOf({ outcome, reason }: HostReport): 'new' | 'old' | 'unknown' {
  if (['changed', 'unchanged', 'refused'].includes(outcome)) return 'new';
  return /could not be asked how it ended/.test(reason ?? '') ? 'unknown' : 'old';
}

const CODES: Readonly<Record<string, number>> = {
  changed: 0,
  unchanged: 0,
  skipped: 0,
  unreachable: 3,
};

/** The exit code that belongs to a result, unless it was interrupted. */
export function codeOf({ outcome }: HostReport): number {
  return CODES[outcome] ?? 1;
}
