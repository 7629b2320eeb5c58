import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonRig } from './daemon-rig.ts';

const ending = 'The runtime directory was removed';

test('where its runtime directory was removed for good, the agent ends, as a start makes it again', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.removeRuntimeDirectory();
  await rig.nextBeat();
  await rig.ended;
  assert.equal(rig.log.with(ending).length, 1);
  assert.equal(rig.hub.beats.length, 2);
});

test('before that it sends the beats that it keeps in memory', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.removeRuntimeDirectory();
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.idle();
  assert.deepEqual(rig.log.with(ending), []);
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.ended;
  assert.equal(rig.hub.beats.length, 3);
});
