import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../../../agent/collectors/service-status.ts';
import { unit } from './support/systemctl-output.ts';

test('a unit that is not installed is unknown, not stopped (pitfall 24)', () => {
  const state = status(unit({ LoadState: 'not-found', ActiveState: 'inactive' }), null);
  assert.deepEqual(state, { status: 'unknown', status_reason: 'no such unit on this host' });
  for (const LoadState of ['masked', 'bad-setting']) {
    assert.equal(status(unit({ LoadState, ActiveState: 'inactive' }), null).status, 'unknown');
  }
  assert.equal(status(undefined, null).status, 'unknown');
});

test('a unit that restarts again and again is failed, not running (pitfall 25)', () => {
  const loop = {
    ActiveState: 'activating',
    SubState: 'auto-restart',
    Result: 'exit-code',
    NRestarts: 7,
  };
  assert.deepEqual(status(unit(loop), null), {
    status: 'failed',
    status_reason: 'restarting again and again (7 times): exit-code',
  });
});

test('a unit caught alive between two crashes is failed by its count of restarts (pitfall 25)', () => {
  assert.equal(status(unit({ NRestarts: 9 }), 3).status, 'failed');
  assert.equal(
    status(unit({ NRestarts: 4, ActiveState: 'activating', SubState: 'start' }), 3).status,
    'failed',
  );
  // One restart in a minute is what Restart= is for.
  assert.equal(status(unit({ NRestarts: 4 }), 3).status, 'running');
});

test('active, also exited or reloading, is running (pitfall 25)', () => {
  assert.equal(status(unit({ SubState: 'exited', MainPID: 0 }), null).status, 'running');
  assert.equal(status(unit({ ActiveState: 'reloading' }), null).status, 'running');
  assert.deepEqual(status(unit({ ActiveState: 'activating', SubState: 'start' }), null), {
    status: 'running',
    status_reason: 'starting (start)',
  });
});

test('inactive is stopped, and failed where its last run failed (pitfall 25)', () => {
  const dead = { ActiveState: 'inactive', SubState: 'dead', MainPID: 0 };
  assert.equal(status(unit(dead), null).status, 'stopped');
  assert.deepEqual(status(unit({ ...dead, Result: 'timeout' }), null), {
    status: 'failed',
    status_reason: 'timeout',
  });
  assert.equal(status(unit({ ActiveState: 'failed', Result: 'oom-kill' }), null).status, 'failed');
  assert.equal(status(unit({ ActiveState: 'deactivating' }), null).status, 'stopped');
});

test('a unit that its timer starts still runs while it stops, and a first restart is no loop', () => {
  const ending = unit({ ActiveState: 'deactivating', SubState: 'stop-post' });
  assert.deepEqual(status(ending, null, ['backup.timer']), {
    status: 'running',
    status_reason: 'stopping (stop-post)',
  });
  const once = { ActiveState: 'activating', SubState: 'auto-restart', NRestarts: 1 };
  assert.equal(
    status(unit({ ...once, Result: 'success' }), null).status_reason,
    'restarting: success',
  );
});

test('a unit that failed without a cause of its own gives its state as the reason', () => {
  const failed = unit({ ActiveState: 'failed', SubState: 'failed', Result: 'success' });
  assert.deepEqual(status(failed, null), { status: 'failed', status_reason: 'failed' });
});
