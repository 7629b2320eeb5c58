import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between two looks, in milliseconds: a process that lives for less may be missed. */
const PAUSE_MS = 5;

/** Looks for texts in the command lines and environments of all processes, again and again until it is stopped. */
export function watchProcesses(texts: readonly string[]): { stop(): Promise<string[]> } {
  const found = new Set<string>();
  let isOn = true;
  const look = async (): Promise<void> => {
    while (isOn) {
      const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
      await Promise.all(
        pids.flatMap(pid => ['cmdline', 'environ'].map(file => `/proc/${pid}/${file}`)).map(note),
      );
      await sleep(PAUSE_MS);
    }
  };
  const note = async (file: string): Promise<void> => {
    // Gone, or of another user.
    const read = await readFile(file, 'latin1').catch(() => '');
    for (const text of texts) if (read.includes(text)) found.add(`${text} in ${file}: ${read}`);
  };
  const ended = look();
  return {
    async stop() {
      isOn = false;
      await ended;
      return [...found];
    },
  };
}
