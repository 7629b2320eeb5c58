import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';

const HOME = '\u001b[H';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

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
      stdout.write(stdout.isTTY ? screen(text, seconds) : `${text}\n`);
      await sleep(seconds * 1_000, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Each line is cleared as it is written: clearing all of the screen before would flicker. */
function screen(text: string, seconds: number): string {
  const time = new Date().toTimeString().slice(0, 8);
  const lines = [`${time}, every ${seconds} s, Ctrl-C to end`, '', ...text.split('\n')];
  return HOME + lines.join(`${CLEAR_LINE_END}\n`) + CLEAR_BELOW;
}
