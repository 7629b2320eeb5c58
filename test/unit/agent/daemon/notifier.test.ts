import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Notifier } from '../../../../agent/daemon/notifier.ts';
import { RecordingLog } from '../../../support/recording-log.ts';

/** A command that answers well, and the words of each call. */
function recording() {
  const told: string[] = [];
  const run = async (_name: string, args: readonly string[]) => {
    told.push(args.join(' '));
    return { code: 0, stdout: '', stderr: '' };
  };
  return { told, run };
}

test('Notifier passes the state and the socket to systemd-notify', async () => {
  const calls: unknown[] = [];
  const run = async (...call: unknown[]) => {
    calls.push(call);
    return { code: 0, stdout: '', stderr: '' };
  };
  await new Notifier({ run }, { NOTIFY_SOCKET: '/run/notify' }, new RecordingLog()).tell(
    'READY=1',
    'STATUS=Well',
  );
  const options = { timeoutMs: 5_000, env: { NOTIFY_SOCKET: '/run/notify' } };
  assert.deepEqual(calls, [['systemd-notify', ['READY=1', 'STATUS=Well'], options]]);
});

test('Notifier starts nothing where systemd does not listen', async () => {
  const run = () => assert.fail('started a process');
  await new Notifier({ run }, {}, new RecordingLog()).tell('READY=1');
});

test('Notifier reports once that it cannot notify, and never throws', async () => {
  const log = new RecordingLog();
  let answer = async () => ({ code: 1, stdout: '', stderr: 'No socket\n' });
  const notifier = new Notifier({ run: () => answer() }, { NOTIFY_SOCKET: '/run/notify' }, log);
  await notifier.tell('WATCHDOG=1');
  answer = () => Promise.reject(new Error('Cannot run systemd-notify'));
  await notifier.tell('WATCHDOG=1');
  assert.deepEqual(log.lines, [
    'warning Cannot report the state of the service to systemd reason=No socket',
  ]);
});

test('Notifier feeds the watchdog at the ends of cycles, as often as it needs and no oftener', async () => {
  const { told, run } = recording();
  const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '300000000' };
  const notifier = new Notifier({ run }, env, new RecordingLog());
  const minute = 60_000;
  for (let beat = 0; beat < 7; beat++) {
    await notifier.cycleEnded('Well', beat * minute, (beat + 1) * minute);
  }
  await notifier.cycleEnded('Ill', 7 * minute, 8 * minute);
  await notifier.cycleEnded('Ill', 8 * minute, 9 * minute);
  // At 0, 3 and 6 minutes: never more than 300 s apart, even if the next cycle takes its longest.
  assert.deepEqual(told, [
    'WATCHDOG=1 STATUS=Well',
    'WATCHDOG=1 STATUS=Well',
    'WATCHDOG=1 STATUS=Well',
    'WATCHDOG=1 STATUS=Ill',
  ]);
});

test('Notifier notifies at each end if the interval is so long that the next would be too late', async () => {
  const { told, run } = recording();
  const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '300000000' };
  const notifier = new Notifier({ run }, env, new RecordingLog());
  for (let beat = 0; beat < 4; beat++) {
    await notifier.cycleEnded('Well', beat * 150_000, (beat + 1) * 150_000);
  }
  assert.equal(told.length, 4);
});

test('Notifier sends only what is new if there is no watchdog', async () => {
  const { told, run } = recording();
  const notifier = new Notifier({ run }, { NOTIFY_SOCKET: '/run/notify' }, new RecordingLog());
  for (let beat = 0; beat < 6; beat++) {
    await notifier.cycleEnded('Well', beat * 60_000, (beat + 1) * 60_000);
  }
  assert.deepEqual(told, ['WATCHDOG=1 STATUS=Well']);
});

test('Notifier writes to the socket that it was given, at the end of every cycle, and starts nothing', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'notify-'));
  const file = join(directory, 'socket');
  const descriptor = openSync(file, 'w');
  try {
    const run = () => assert.fail('started a process');
    const env = {
      NOTIFY_SOCKET: '/run/notify',
      NOTIFY_FD: String(descriptor),
      WATCHDOG_USEC: '300000000',
    };
    const notifier = new Notifier({ run }, env, new RecordingLog());
    await notifier.cycleEnded('Well.', 0, 60_000);
    await notifier.cycleEnded('Well.', 60_000, 120_000);
    const message = 'WATCHDOG=1\nSTATUS=Well.';
    assert.equal(readFileSync(file, 'utf8'), message + message);
  } finally {
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  }
});

test('Notifier starts systemd-notify where the socket that it was given refuses', async () => {
  const { told, run } = recording();
  // As when systemd has made its socket anew; a descriptor that is only for reading refuses as well.
  const descriptor = openSync('/dev/null', 'r');
  try {
    const env = { NOTIFY_SOCKET: '/run/notify', NOTIFY_FD: String(descriptor) };
    await new Notifier({ run }, env, new RecordingLog()).tell('READY=1');
    assert.deepEqual(told, ['READY=1']);
  } finally {
    closeSync(descriptor);
  }
});

test('Notifier sends no state that is quoted in a status text', async () => {
  const told: string[] = [];
  const run = async (_name: string, args: readonly string[]) => {
    told.push(...args);
    return { code: 0, stdout: '', stderr: '' };
  };
  const notifier = new Notifier({ run }, { NOTIFY_SOCKET: '/run/notify' }, new RecordingLog());
  await notifier.cycleEnded('The hub says: no\nMAINPID=1', 0, 60_000);
  assert.deepEqual(told, ['WATCHDOG=1', 'STATUS=The hub says: no MAINPID=1']);
});
