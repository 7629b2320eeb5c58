import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonRig } from './daemon-rig.ts';

test('beats that were missed are sent oldest first, and the live one last', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('500');
  for (let beat = 0; beat < 3; beat++) {
    await rig.nextBeat();
    for (let retry = 0; retry < 3; retry++) await rig.pass(5_000);
  }
  await rig.idle();
  assert.equal(rig.status.beats.queued, 3);
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.idle();
  const { timestamps } = rig;
  assert.equal(timestamps.length, 5);
  assert.deepEqual(timestamps, timestamps.toSorted());
  assert.deepEqual(rig.status.beats, { sent: 5, failed: 3, queued: 0 });
  assert.match(rig.log.with('delivered again')[0] ?? '', /missed=3 replayed=3 still_queued=0/);
});

test('a missed beat is sent as identity, time and metrics alone', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await missOne(rig);
  const replayed = rig.hub.beats.at(-2)?.body ?? {};
  assert.deepEqual(Object.keys(replayed).sort(), [
    'hostname',
    'metrics',
    'server_guid',
    'server_id',
    'timestamp',
  ]);
  assert.equal(rig.hub.beats.at(-1)?.body['agent_mode'], 'readonly');
});

test('60 missed beats are kept at most, and the oldest go', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('403');
  for (let beat = 0; beat < 70; beat++) await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.status.beats.queued, 60);
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 1 + 60 + 1);
  assert.deepEqual(rig.timestamps, rig.timestamps.toSorted());
});

test('backfill: 0 keeps none', async () => {
  await using rig = await DaemonRig.start('backfill: 0\n');
  await rig.idle();
  await missOne(rig);
  assert.equal(rig.hub.beats.length, 2);
});

test('a missed beat that the hub refuses with 422 is dropped, and the rest goes on', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.nextBeat();
  await rig.idle();
  await rig.hub.fault('422', { times: 1 });
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 3);
  assert.equal(rig.status.beats.queued, 0);
  assert.match(rig.log.with('dropped')[0] ?? '', /422/);
});

test('a missed beat that the hub answers with 500 holds up no live beat, and is dropped after three of them', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.idle();
  for (let beat = 0; beat < 3; beat++) {
    await rig.hub.fault('500', { times: 1 });
    await rig.nextBeat();
    await rig.idle();
    assert.equal(rig.hub.beats.length, 2 + beat);
  }
  assert.equal(rig.status.beats.queued, 0);
  assert.match(rig.log.with('dropped')[0] ?? '', /500/);
});

test('an outage that ends between two retries loses nothing', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('reset', { times: 2 });
  await rig.nextBeat();
  await rig.pass(5_000);
  await rig.pass(5_000);
  await rig.idle();
  assert.equal(rig.hub.beats.length, 2);
  assert.deepEqual(rig.status.beats, { sent: 2, failed: 0, queued: 0 });
  assert.deepEqual(rig.log.with('not delivered'), []);
});

async function missOne(rig: DaemonRig): Promise<void> {
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.idle();
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.idle();
}
