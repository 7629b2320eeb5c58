import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFacts } from '../../../../deployer/plan/parse-facts.ts';
import { agentState } from '../../../../deployer/run/agent-state.ts';
import { liveAnswer } from './fake-server.ts';

test('an agent whose last beat was refused is not called beating, however recent the one before', () => {
  const now = new Date(1_767_225_600_000).toISOString();
  const state = (last_answer: string) =>
    agentState(parseFacts(liveAnswer('0.1.0-ab12cd34', 'x', { last_success: now, last_answer })));
  assert.equal(state('accepted'), 'beating');
  assert.equal(state('failed'), 'beating');
  assert.equal(state('refused'), 'refused');
});
