import assert from 'node:assert/strict';
import { test } from 'node:test';
import { within } from '../../../../agent/lib/within.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const late = () => new Error('Too late');

test("within() returns the work's result, and releases the clock", async () => {
  const clock = new FakeClock();
  assert.equal(await within(Promise.resolve(7), { clock, ms: 1000, late }), 7);
  assert.deepEqual(clock.sleeping, []);
});

test('within() rejects with the given error when the time is over, even if the work ends later', async () => {
  const clock = new FakeClock();
  const work = Promise.withResolvers<never>();
  const waiting = within(work.promise, { clock, ms: 1000, late });
  clock.advance(1000);
  await assert.rejects(waiting, /Too late/);
  work.reject(new Error('Not awaited'));
});

test('within() ends earlier with the reason of a signal', async () => {
  const stop = new AbortController();
  const never = new Promise<never>(() => {});
  const limit = { clock: new FakeClock(), ms: 1000, late, signal: stop.signal };
  const waiting = within(never, limit);
  stop.abort(new Error('Stopped'));
  await assert.rejects(waiting, /Stopped/);
});
