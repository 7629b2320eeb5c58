import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthOf } from '../../../../agent/commands/health.ts';
import type { Status } from '../../../../agent/contract/status.ts';

const status: Status = {
  version: '0.1.0',
  release: '0.1.0-source',
  config_sha256: null,
  pid: 1,
  started: '2026-01-01T00:00:00.000Z',
  last_attempt: '2026-01-01T00:10:00.000Z',
  last_success: '2026-01-01T00:10:00.000Z',
  last_error: null,
  beats: { sent: 10, failed: 0, queued: 0 },
  collectors: {},
  warnings: [],
  interval: 60,
};

test('healthOf() is content for 2.5 intervals after a delivered beat, and not longer', () => {
  assert.deepEqual(healthOf(status, new Date('2026-01-01T00:12:30Z')), {
    healthy: true,
    lines: ['Last heartbeat delivered 150 s ago'],
  });
  assert.deepEqual(healthOf(status, new Date('2026-01-01T00:12:31Z')), {
    healthy: false,
    lines: ['Last heartbeat delivered 151 s ago, expected one every 60 s'],
  });
});

test('healthOf() says why no beat arrives', () => {
  const ill = { ...status, last_success: null, last_error: '401 Unauthorized' };
  assert.deepEqual(healthOf(ill, new Date('2026-01-01T00:10:10Z')), {
    healthy: false,
    lines: ['No heartbeat delivered since the start at 2026-01-01T00:00:00.000Z: 401 Unauthorized'],
  });
});

test('healthOf() lists the warnings below, which make no agent unhealthy', () => {
  const warned = {
    ...status,
    warnings: [{ code: 'apt-lists-old', text: 'Package lists are old' }],
  };
  assert.deepEqual(healthOf(warned, new Date('2026-01-01T00:10:10Z')), {
    healthy: true,
    lines: ['Last heartbeat delivered 10 s ago', 'Warning apt-lists-old: Package lists are old'],
  });
});
