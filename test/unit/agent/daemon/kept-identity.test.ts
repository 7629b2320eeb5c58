import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveGuid } from '../../../../agent/identity/derive-guid.ts';
import { DaemonRig } from './daemon-rig.ts';

const wrong = deriveGuid('wrong');

test('a GUID that the hub rejects is not kept, so that taking the wrong line out helps', async () => {
  const rig = await DaemonRig.withHub('none', `server_guid: ${wrong}\n`);
  await using _ = rig;
  await rig.hub.fault('409');
  rig.run();
  await rig.nextBeat();
  await rig.idle();
  assert.deepEqual(rig.kept, []);
  await rig.hub.fault('none');
  rig.configText = rig.configText.replace(/server_guid.*\n/, '');
  await rig.daemon.reload();
  await rig.idle();
  assert.deepEqual(rig.kept, [deriveGuid('nas-1')]);
});

test('the GUID is kept once for a configuration, at the first beat that the hub accepts', async () => {
  await using rig = await DaemonRig.start();
  await rig.nextBeat();
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 3);
  assert.deepEqual(rig.kept, [deriveGuid('nas-1')]);
});
