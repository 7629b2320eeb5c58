import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MS = 500;

/** Waits before try number `tries + 1`: twice as long each time, and never as long as another server's wait. */
export async function pauseAfter(tries: number, signal: AbortSignal): Promise<void> {
  const spread = 0.5 + Math.random();
  try {
    await sleep(FIRST_MS * 2 ** (tries - 1) * spread, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
