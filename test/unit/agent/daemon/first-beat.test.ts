import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DaemonRig } from './daemon-rig.ts';

/** Collectors whose first reading is too young for a percentage. */
function warmingUp(rig: DaemonRig): void {
  let reading = 0;
  rig.collect = async () => ({
    body: { hostname: 'nas', metrics: { cpu_percent: [null, 12.5, 3.5][reading++] } },
    collectors: { cpu: { ok: true } },
    warnings: [],
  });
}

test('the first beat waits for a figure of the processor, and READY does not wait for it', async () => {
  const rig = await DaemonRig.withHub('none');
  await using _ = rig;
  warmingUp(rig);
  rig.run();
  await rig.pass(500);
  assert.match(rig.notified[0] ?? '', /READY=1/);
  assert.equal(rig.hub.beats.length, 0);
  await rig.nextBeat();
  await rig.idle();
  const figures = rig.hub.beats.map(({ body }) => body['metrics']);
  assert.deepEqual(figures, [{ cpu_percent: 12.5 }, { cpu_percent: 3.5 }]);
});

test('processor information that never comes delays no more than one beat', async () => {
  const rig = await DaemonRig.withHub('none');
  await using _ = rig;
  rig.collect = async () => ({
    body: { hostname: 'nas', metrics: { cpu_percent: null } },
    collectors: {},
    warnings: [],
  });
  rig.run();
  await rig.pass(500);
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 2);
});

test('a stop ends the wait for the first figure', async () => {
  const rig = await DaemonRig.withHub('none');
  warmingUp(rig);
  rig.run();
  await rig.idle();
  await rig[Symbol.asyncDispose]();
  assert.equal(rig.hub.beats.length, 0);
});
