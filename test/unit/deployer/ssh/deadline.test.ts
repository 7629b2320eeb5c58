import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deadline } from '../../../../deployer/lib/deadline.ts';

const late = (stage: string): Error => new Error(`Waited too long for ${stage}`);

test('Deadline ends with the words of its stage when the time is up', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const deadline = new Deadline(1000, late).start();
  deadline.enter('the login');
  t.mock.timers.tick(999);
  assert.equal(deadline.signal.aborted, false);
  t.mock.timers.tick(1);
  assert.match(String(deadline.signal.reason), /Waited too long for the login/);
});

test('Deadline gives each stage the whole time', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const deadline = new Deadline(1000, late).start();
  for (const stage of ['the handshake', 'the login']) {
    t.mock.timers.tick(900);
    deadline.enter(stage);
  }
  t.mock.timers.tick(999);
  assert.equal(deadline.signal.aborted, false);
  t.mock.timers.tick(1);
  assert.match(String(deadline.signal.reason), /Waited too long for the login/);
});

test('Deadline stands still while something is waited for that must not count', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let now = 0;
  const pass = (ms: number): void => {
    now += ms;
    t.mock.timers.tick(ms);
  };
  const deadline = new Deadline(1000, late, undefined, () => now).start();
  pass(600);
  const answer = Promise.withResolvers<string>();
  const paused = deadline.paused(answer.promise);
  pass(60_000);
  answer.resolve('secret');
  assert.equal(await paused, 'secret');
  pass(399);
  assert.equal(deadline.signal.aborted, false);
  pass(1);
  assert.equal(deadline.signal.aborted, true);
});

test('Deadline ends with the reason of the outer signal, before and after the start', () => {
  const early = new Deadline(1000, late, AbortSignal.abort(new Error('Gone'))).start();
  assert.match(String(early.signal.reason), /Gone/);
  const controller = new AbortController();
  const deadline = new Deadline(1000, late, controller.signal).start();
  controller.abort(new Error('Enough'));
  assert.match(String(deadline.signal.reason), /Enough/);
  early.stop();
  deadline.stop();
});
