import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Notifier } from '../../../agent/systemd/notifier.ts';
import { RecordingLog } from '../../support/recording-log.ts';

test('Notifier hands the words and the socket to systemd-notify', async () => {
  const calls: unknown[] = [];
  const run = async (...call: unknown[]) => {
    calls.push(call);
    return { code: 0, stdout: '', stderr: '' };
  };
  await new Notifier({ run }, '/run/notify', new RecordingLog()).tell('READY=1', 'STATUS=Well');
  const options = { timeoutMs: 5_000, env: { NOTIFY_SOCKET: '/run/notify' } };
  assert.deepEqual(calls, [['systemd-notify', ['READY=1', 'STATUS=Well'], options]]);
});

test('Notifier starts nothing where systemd does not listen', async () => {
  const run = () => assert.fail('started a process');
  await new Notifier({ run }, undefined, new RecordingLog()).tell('READY=1');
});

test('Notifier tells once that it cannot tell, and never throws', async () => {
  const log = new RecordingLog();
  let answer = async () => ({ code: 1, stdout: '', stderr: 'No socket\n' });
  const notifier = new Notifier({ run: () => answer() }, '/run/notify', log);
  await notifier.tell('WATCHDOG=1');
  answer = () => Promise.reject(new Error('Cannot run systemd-notify'));
  await notifier.tell('WATCHDOG=1');
  assert.deepEqual(log.lines, ['warning Cannot tell systemd how the service is reason=No socket']);
});
