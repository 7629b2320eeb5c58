import { parseStatus } from '../contract/status.ts';
import { readBounded } from '../host/read-bounded.ts';

/**
 * The process id of another agent that writes this status file, or null. The id of a file from before may belong to any
 * process since, so its command line decides.
 */
export function otherInstance(statusFile: string, self: number): number | null {
  const status = parseStatus(textOf(statusFile));
  if (status === null || status.pid === self) return null;
  const [, ...args] = textOf(`/proc/${status.pid}/cmdline`).split('\0');
  const isAgent = args.some(arg => /homelab-agent\.mjs$|agent\/bin\.mjs$/.test(arg));
  return isAgent && args.includes('run') ? status.pid : null;
}

function textOf(file: string): string {
  try {
    return readBounded(file, 'utf8');
  } catch {
    return '';
  }
}
