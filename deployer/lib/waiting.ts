import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for work, or throws the signal's reason; the work itself goes on, and a later failure of it is ignored. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  work.catch(() => {});
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const FIRST_MS = 500;

/** Waits before try number `tries + 1`: twice as long each time, with jitter so that servers do not retry together. */
export async function pauseAfter(tries: number, signal: AbortSignal): Promise<void> {
  const spread = 0.5 + Math.random();
  try {
    await sleep(FIRST_MS * 2 ** (tries - 1) * spread, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
