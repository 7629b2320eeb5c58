import { access } from 'node:fs/promises';
import type { HostSettings } from './host-settings.ts';

/** Warnings of private keys that are not there; ssh would go on without a word, and try others. */
export async function missingKeyFiles(settings: readonly HostSettings[]): Promise<string[]> {
  const owners = Map.groupBy(settings, ({ connection }) => connection.privateKeyFile);
  const warnings: string[] = [];
  for (const [file, hosts] of owners) {
    // Of a key that only the agent holds, the public half is enough.
    if (file === undefined || (await exists(file)) || (await exists(`${file}.pub`))) continue;
    const names = hosts.map(({ name }) => name).join(', ');
    warnings.push(`Expected the private key ${file}, found no such file (${names})`);
  }
  return warnings;
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
