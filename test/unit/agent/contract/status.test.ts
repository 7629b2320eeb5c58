import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatus } from '../../../../agent/contract/status.ts';

const status = {
  version: '0.1.0',
  release: '0.1.0-ab12cd34',
  config_sha256: null,
  pid: 1,
  started: '2026-01-01T00:00:00Z',
  last_attempt: null,
  last_success: null,
  last_error: null,
  beats: { sent: 0, failed: 0, queued: 0 },
  collectors: {},
  warnings: [],
  interval: 60,
};

test('a status with a figure that no agent has, or a text that fills the screen, is none', () => {
  assert.deepEqual(parseStatus(JSON.stringify(status)), status);
  const much = Number.MAX_SAFE_INTEGER;
  for (const wrong of [
    { interval: much },
    { interval: -1 },
    { interval: 1.5 },
    { pid: much },
    { beats: { sent: much, failed: 0, queued: 0 } },
    { started: 'yesterday' },
    { last_success: '2026-13-01T00:00:00Z' },
    { release: 'x'.repeat(5_000) },
    { last_error: 'x'.repeat(5_000) },
    { figures: { cpu_percent: 101 } },
    { figures: { updates: much } },
  ]) {
    assert.equal(parseStatus(JSON.stringify({ ...status, ...wrong })), null, JSON.stringify(wrong));
  }
});
