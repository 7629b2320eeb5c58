import { readFileSync } from 'node:fs';
import process, { hrtime } from 'node:process';
import type { Clock } from '../../../agent/lib/clock.ts';
import { sleep } from '../../../agent/lib/sleep.ts';
import { speed } from './speed.ts';

/**
 * Takes the place of the system's clock in the bundle: it runs faster, and its wall clock is as many milliseconds off as
 * the file says that FAULT_CLOCK names.
 */
export const systemClock: Clock = {
  monotonic: () => (Number(hrtime.bigint()) / 1e6) * speed,
  now: () => new Date(Date.now() + offset()),
  // Faster by the timers that it uses.
  sleep,
};

let lastOffset = 0;

function offset(): number {
  const file = process.env['FAULT_CLOCK'];
  if (file === undefined) return 0;
  try {
    lastOffset = Number(readFileSync(file, 'utf8'));
  } catch {
    // A real clock takes no descriptor: without a free one, the last answer stands.
  }
  return lastOffset;
}
