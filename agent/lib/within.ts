import type { Clock } from './clock.ts';

export interface TimeLimit {
  readonly clock: Clock;
  readonly ms: number;
  /** What to reject with when the time is over. */
  readonly late: () => Error;
  /** Ends the waiting earlier, with its own reason. */
  readonly signal?: AbortSignal;
}

/** Waits for work until a time limit. The work itself goes on; its later result is ignored. */
export async function within<T>(
  work: Promise<T>,
  { clock, ms, late, signal }: TimeLimit,
): Promise<T> {
  const done = new AbortController();
  const stop = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal]);
  const over = clock.sleep(ms, stop).then(() => {
    throw late();
  });
  // The one that loses may still reject, unhandled.
  for (const promise of [work, over]) promise.catch(() => {});
  try {
    return await Promise.race([work, over]);
  } finally {
    // With a reason, or Node makes an error with its stack.
    done.abort(null);
  }
}
