import { hrtime } from 'node:process';
import { sleep } from './sleep.ts';

/** Time as the agent sees it, so that a test can replace it. */
export interface Clock {
  /** Milliseconds on a clock that never jumps: for intervals, deadlines and differences. */
  monotonic(): number;
  /** The wall clock: for timestamps that people and the hub read, and for nothing else. */
  now(): Date;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The system's time. */
export const systemClock: Clock = {
  // Not performance.now(): the first use of it loads Node's whole performance API.
  monotonic: () => Number(hrtime.bigint()) / 1e6,
  now: () => new Date(),
  sleep,
};
