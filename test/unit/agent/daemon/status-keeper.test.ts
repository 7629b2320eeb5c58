import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStatus } from '../../../../agent/contract/status.ts';
import type { FaultKind } from '../../../support/hub-faults.ts';
import { DaemonRig } from './daemon-rig.ts';

/** The class and the cause of the answer that the status keeps, after a beat that met this fault. */
async function answerTo(kind: FaultKind, retries = 0): Promise<unknown[]> {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault(kind);
  await rig.nextBeat();
  for (let retry = 0; retry < retries; retry++) await rig.pass(5_000);
  await rig.idle();
  return [rig.status.last_answer, rig.status.last_cause];
}

test('the status says in one word how the hub answered, and why', async () => {
  assert.deepEqual(await answerTo('none'), ['accepted', null]);
  assert.deepEqual(await answerTo('401'), ['refused', 'unauthorized']);
  assert.deepEqual(await answerTo('403'), ['refused', 'forbidden']);
  assert.deepEqual(await answerTo('409'), ['refused', 'conflict']);
  assert.deepEqual(await answerTo('422'), ['refused', 'rejected']);
  assert.deepEqual(await answerTo('500', 3), ['failed', 'server-error']);
  assert.deepEqual(await answerTo('refuse', 3), ['failed', 'refused-connection']);
});

test('the status says when the next heartbeat is due', async () => {
  await using rig = await DaemonRig.start();
  const rest = await rig.idle();
  const { next_due } = rig.status;
  assert.equal(Date.parse(next_due ?? ''), rig.clock.now().getTime() + rest);
});

test('a status of an older agent, which has no such words, is a status', () => {
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
    interval: 60,
  };
  assert.deepEqual(parseStatus(JSON.stringify(status)), { ...status, warnings: [] });
});
