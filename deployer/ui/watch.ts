import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';

const HOME_AND_CLEAR = '\u001b[H\u001b[J';

/**
 * Shows what `look` gives again and again until Ctrl-C, which ends it normally. A terminal is redrawn in place;
 * anything else gets one text below the other.
 */
export async function watch(
  { stdout, signal }: Pick<Context, 'stdout' | 'signal'>,
  seconds: number,
  look: () => Promise<string>,
): Promise<void> {
  try {
    while (!signal.aborted) {
      const text = await look();
      stdout.write(stdout.isTTY ? `${HOME_AND_CLEAR}${text}` : `${text}\n`);
      await sleep(seconds * 1_000, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
