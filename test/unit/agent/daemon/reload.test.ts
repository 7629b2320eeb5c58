import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { DaemonRig } from './daemon-rig.ts';

test('a reload applies the new configuration, and beats at once', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.configText += 'mode: readwrite\nheartbeat_interval: 30\n';
  await rig.daemon.reload();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 2);
  assert.equal(rig.hub.beats.at(-1)?.body['agent_mode'], 'readwrite');
  assert.equal(rig.status.interval, 30);
  const words = rig.notified.filter(message => /RELOADING|READY/.test(message));
  assert.deepEqual(words, [
    'READY=1 STATUS=First figures collected',
    'RELOADING=1',
    'READY=1 STATUS=Configuration reloaded',
  ]);
});

test('a reload with a wrong configuration keeps the old one, and says every error', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.configText += 'heartbeat_interval: 3\nmode: [x]\n';
  await rig.daemon.reload();
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 2);
  assert.equal(rig.status.interval, 60);
  assert.deepEqual(rig.log.with('error '), [
    'error Configuration rejected at=config.yaml:4:21: heartbeat_interval: Expected a whole number of seconds from 5 to 150, found 3',
    'error Configuration rejected at=config.yaml:5:7: mode: Expected readonly or readwrite, found a list of 1',
  ]);
  assert.ok(rig.notified.at(-2)?.startsWith('READY=1 STATUS=New configuration rejected'));
});

test('a reload that fails midway is reported, and the next one works', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.wentLive = () => {
    throw new Error('Cannot go live');
  };
  rig.configText += 'heartbeat_interval: 30\n';
  await rig.daemon.reload();
  assert.match(
    rig.log.with('error ').join('\n'),
    /Configuration rejected at=Error: Cannot go live/,
  );
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.status.interval, 60);
  rig.wentLive = () => {};
  await rig.daemon.reload();
  await rig.idle();
  assert.equal(rig.status.interval, 30);
});

test('a reload keeps the collectors where nothing changed that they know of', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  rig.configText += 'heartbeat_interval: 30\n';
  await rig.daemon.reload();
  assert.equal(rig.collections, 1);
  rig.configText += 'monitored_services: [ssh.service]\n';
  await rig.daemon.reload();
  assert.equal(rig.collections, 2);
});

test('a reload in the middle of a retry ends the waiting, and loses no beat', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('500');
  await rig.nextBeat();
  await rig.pass(5_000);
  await rig.hub.fault('none');
  await rig.daemon.reload();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 3);
  assert.deepEqual(rig.timestamps, rig.timestamps.toSorted());
});

test('beats that were missed under one server_id are not sent under another', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.idle();
  await rig.hub.fault('none');
  rig.configText = rig.configText.replace('nas-1', 'nas-2');
  await rig.daemon.reload();
  await rig.idle();
  assert.deepEqual(
    rig.hub.beats.map(({ body }) => body.server_id),
    ['nas-1', 'nas-2'],
  );
});

test('a reload during the first load waits for it', async () => {
  await using rig = await DaemonRig.withHub('none');
  const reading = Promise.withResolvers<void>();
  rig.prepared = reading.promise;
  rig.run();
  rig.prepared = Promise.resolve();
  const reload = rig.daemon.reload();
  await setImmediate();
  assert.deepEqual(rig.log.with('Configuration loaded'), []);
  reading.resolve();
  await reload;
  assert.equal(rig.log.with('Configuration loaded').length, 2);
});
