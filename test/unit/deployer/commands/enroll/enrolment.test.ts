import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsToWait } from '../../../../../deployer/commands/enroll/enrolment.ts';
import { parseFacts } from '../../../../../deployer/plan/parse-facts.ts';
import { liveAnswer } from '../../run/fake-server.ts';

/** A server whose last heartbeat was so many seconds ago. */
function wait(ago: number, status: Record<string, unknown> = {}): number {
  const now = 1_767_225_600;
  const last_attempt = new Date((now - ago) * 1_000).toISOString();
  return secondsToWait(parseFacts(liveAnswer('0.1.0-ab12cd34', 'x', { last_attempt, ...status })));
}

test('a rotation waits for a heartbeat that is due soon, and for no other', () => {
  assert.equal(wait(0), 0);
  assert.equal(wait(40), 0);
  assert.equal(wait(50), 12);
  assert.equal(wait(59), 3);
  // It is late already: when it comes, nobody knows.
  assert.equal(wait(70), 0);
});

test('a rotation does not wait where heartbeats come too often, or are not accepted', () => {
  assert.equal(wait(9, { interval: 10 }), 0);
  assert.equal(wait(50, { last_answer: 'refused' }), 0);
  assert.equal(wait(50, { last_answer: undefined }), 0);
});
