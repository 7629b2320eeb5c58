import type { HostResult } from './result.ts';

/**
 * 130 interrupted; 1 a server failed or was rolled back; 3 nothing failed but a server that should be on was
 * unreachable; 0 done.
 */
export function exitCodeOf(results: readonly HostResult[], interrupted: boolean): number {
  if (interrupted) return 130;
  if (results.some(({ outcome }) => outcome === 'failed' || outcome === 'rolled-back')) return 1;
  return results.some(({ outcome, optional }) => outcome === 'unreachable' && !optional) ? 3 : 0;
}
