import { hrtime } from 'node:process';
import type { Clock } from '../../agent/lib/clock.ts';
import { sleep } from '../../agent/lib/sleep.ts';

/** How many seconds the agent lives in one of ours. */
const speed = 250;

/** Takes the place of the system's clock, so that ten thousand beats do not take a week. */
export const systemClock: Clock = {
  monotonic: () => (Number(hrtime.bigint()) / 1e6) * speed,
  now: () => new Date(),
  // Limits and pauses, which are whole seconds, stay as they are: what they wait for takes as long as ever.
  sleep: (ms, signal) => sleep(Number.isInteger(ms / 1000) ? ms : ms / speed, signal),
};
