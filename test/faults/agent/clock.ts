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

function offset(): number {
  const file = process.env['FAULT_CLOCK'];
  return file === undefined ? 0 : Number(readFileSync(file, 'utf8'));
}
