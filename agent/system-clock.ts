import { hrtime } from 'node:process';
import type { Clock } from './clock.ts';
import { sleep } from './sleep.ts';

/** Time as the system tells it. */
export const systemClock: Clock = {
  // Not performance.now(): the first use of it loads Node's whole performance API.
  monotonic: () => Number(hrtime.bigint()) / 1e6,
  now: () => new Date(),
  sleep,
};
