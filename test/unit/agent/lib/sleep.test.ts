import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { sleep } from '../../../../agent/lib/sleep.ts';

test('sleep() ends at once with the reason of a signal, before it or in the middle of it', async () => {
  const reason = new Error('Enough');
  await assert.rejects(sleep(60_000, AbortSignal.abort(reason)), reason);
  const stop = new AbortController();
  const slept = sleep(60_000, stop.signal);
  stop.abort(reason);
  await assert.rejects(slept, reason);
});

test('sleep() leaves nothing behind on a signal that outlives it', async () => {
  const { signal } = new AbortController();
  await sleep(1, signal);
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
});
