import type { Clock } from './clock.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly ms: number;
  /** What to reject with when the time is over. */
  readonly late: () => Error;
  /** Ends the waiting earlier, with its own reason. */
  readonly signal?: AbortSignal;
}

/** Waits for work as long as a limit lets it. The work itself goes on; what it comes to later is nobody's concern. */
export async function within<T>(
  work: Promise<T>,
  { clock, ms, late, signal }: TimeLimit,
): Promise<T> {
  const done = new AbortController();
  const stop = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const over = clock.sleep(ms, stop).then(() => {
    throw late();
  });
  // Whichever loses may still reject, with nobody listening.
  for (const promise of [work, over]) promise.catch(() => {});
  try {
    return await Promise.race([work, over]);
  } finally {
    // With a reason, or Node makes an error with its stack.
    done.abort(null);
  }
}
