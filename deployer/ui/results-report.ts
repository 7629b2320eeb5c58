import type { HostResult } from '../run/result.ts';

/** The one document that `push --json` and its like print. */
export function resultsReport(
  command: string,
  results: readonly HostResult[],
  options: { check: boolean; exitCode: number },
): string {
  const totals: Record<string, number> = {};
  for (const { outcome } of results) totals[outcome] = (totals[outcome] ?? 0) + 1;
  const report = {
    command,
    check: options.check,
    exit_code: options.exitCode,
    totals,
    hosts: results.map(({ seconds, sentBytes, gapSeconds, ...result }) => ({
      ...result,
      sent_bytes: sentBytes,
      gap_seconds: gapSeconds,
      seconds: Math.round(seconds * 1000) / 1000,
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
