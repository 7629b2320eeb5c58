import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallGuard, NoAnswer } from '../../../../agent/host/call-guard.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('run() gives what the call gives, and its error', async () => {
  const patience = new CallGuard(new FakeClock());
  assert.equal(await patience.run('a', async () => 1), 1);
  await assert.rejects(
    () => patience.run('a', () => Promise.reject(new Error('EIO'))),
    /^Error: EIO$/,
  );
  assert.equal(patience.hanging, 0);
});

test('run() gives up after its time and asks the same thing again only when it has answered', async () => {
  const clock = new FakeClock();
  const patience = new CallGuard(clock, { limitMs: 500 });
  const answer = Promise.withResolvers<number>();
  let calls = 0;
  const call = (): Promise<number> => {
    calls += 1;
    return answer.promise;
  };
  const first = patience.run('a', call);
  clock.advance(500);
  await assert.rejects(first, /No answer within 0\.5 s/);
  await assert.rejects(() => patience.run('a', call), NoAnswer);
  assert.equal(calls, 1);
  answer.resolve(7);
  await turn();
  assert.equal(await patience.run('a', call), 7);
  assert.equal(calls, 2);
});

test('run() calls nothing more when as many as may hang do hang (pitfall 6)', async () => {
  const clock = new FakeClock();
  const patience = new CallGuard(clock, { limit: 2 });
  const never = (): Promise<never> => new Promise(() => {});
  const hanging = [patience.run('a', never), patience.run('b', never)];
  clock.advance(1000);
  await Promise.allSettled(hanging);
  assert.equal(patience.hanging, 2);
  await assert.rejects(
    () => patience.run('c', async () => assert.fail('was called')),
    /Not asked, as too many others do not answer/,
  );
});

test('an error after the time limit is ignored', async () => {
  const clock = new FakeClock();
  const patience = new CallGuard(clock);
  const answer = Promise.withResolvers<number>();
  const run = patience.run('a', () => answer.promise);
  clock.advance(1000);
  await assert.rejects(run, NoAnswer);
  answer.reject(new Error('ESTALE'));
  await turn();
  assert.equal(patience.hanging, 0);
});
