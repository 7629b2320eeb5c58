import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusLines } from '../../../../agent/commands/status.ts';
import { Status } from '../../../../agent/contract/status.ts';

const status = Status.parse({
  version: '0.1.0',
  release: '0.1.0-ab12cd34',
  config_sha256: null,
  pid: 321,
  started: '2026-01-01T00:00:00.000Z',
  last_attempt: null,
  last_success: null,
  last_error: null,
  beats: { sent: 1234, failed: 2, queued: 1 },
  collectors: {},
  interval: 60,
});

test('status says in words what runs, how its heartbeats ended and what they said', () => {
  const figures = {
    cpu_percent: 3.4,
    memory_percent: 41.5,
    disk_percent: null,
    updates: 12,
    security_updates: 3,
    reboot_required: true,
  };
  assert.deepEqual(statusLines({ ...status, figures }, new Date('2026-01-04T01:00:00Z')), [
    'Release 0.1.0-ab12cd34, running for 3 d (process 321)',
    'Heartbeats since the start: 1234 accepted, 2 failed, 1 kept for later',
    'CPU 3 %, memory 42 %, disk unknown',
    'Updates 12, security updates 3, a reboot is due',
  ]);
});

test('status leaves out the figures of an agent that does not say any', () => {
  const lines = statusLines(status, new Date('2026-01-01T00:59:59Z'));
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /running for 59 min/);
});
