import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { stateDirectory } from '../lib/xdg.ts';
import type { RecordFault } from './classify-host-error.ts';

/** Keeps faults of this program, with their stacks, in one file of the state directory. */
export function faultRecorder(context: Pick<Context, 'env' | 'home'>): RecordFault {
  const file = join(stateDirectory(context), 'faults.log');
  return (host, fault) => {
    const { message, stack } = fault instanceof Error ? fault : new Error(String(fault));
    const entry = `${new Date().toISOString()} ${host}\n${stack ?? message}\n\n`;
    const words = `A fault in homelab-deploy, not on the server: ${message}`;
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      appendFileSync(file, entry, { mode: 0o600 });
      return `${words}. Please report it with its stack, which is in ${file}`;
    } catch {
      return `${words}\n${stack ?? ''}`;
    }
  };
}
