import { hrtime } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/** Time as the system tells it. */
export const systemClock: Clock = {
  // Not performance.now(): the first use of it loads Node's whole performance API.
  monotonic: () => Number(hrtime.bigint()) / 1e6,
  now: () => new Date(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      // Node rejects with an error of its own; the reason is what the caller wants.
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
