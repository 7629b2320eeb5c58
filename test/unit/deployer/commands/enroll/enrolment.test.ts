import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsToWait } from '../../../../../deployer/commands/enroll/enrolment.ts';
import { parseFacts } from '../../../../../deployer/plan/parse-facts.ts';
import { liveAnswer } from '../../run/fake-server.ts';

/** A server whose next heartbeat is due in so many seconds. */
function wait(seconds: number, status: Record<string, unknown> = {}): number {
  const now = 1_767_225_600;
  const next_due = new Date((now + seconds) * 1_000).toISOString();
  return secondsToWait(parseFacts(liveAnswer('0.1.0-ab12cd34', 'x', { next_due, ...status })));
}

test('a rotation waits for a heartbeat that is due soon, and for no other', () => {
  assert.equal(wait(60), 0);
  assert.equal(wait(13), 0);
  assert.equal(wait(12), 15);
  assert.equal(wait(0), 3);
  // On its way, as far as the status says.
  assert.equal(wait(-2), 1);
  assert.equal(wait(-20), 0);
});

test('a rotation does not wait where heartbeats come too often, or are not accepted', () => {
  assert.equal(wait(9, { interval: 10 }), 0);
  assert.equal(wait(9, { last_answer: 'refused' }), 0);
  assert.equal(wait(9, { next_due: undefined }), 0);
});
