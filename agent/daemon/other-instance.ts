import { readFile } from 'node:fs/promises';
import { parseStatus } from '../contract/status.ts';

/**
 * The process id of another agent that writes this status file, or null. The id of a file from before may belong to any
 * process since, so its command line decides.
 */
export async function otherInstance(statusFile: string, self: number): Promise<number | null> {
  const status = parseStatus(await textOf(statusFile));
  if (status === null || status.pid === self) return null;
  const [, ...args] = (await textOf(`/proc/${status.pid}/cmdline`)).split('\0');
  const isAgent = args.some(arg => /homelab-agent\.mjs$|agent\/bin\.mjs$/.test(arg));
  return isAgent && args.includes('run') ? status.pid : null;
}

async function textOf(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => '');
}
