import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../support/until.ts';
import { DaemonRig } from './daemon-rig.ts';

test('the end comes at once in the middle of a POST', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('hang');
  await rig.nextBeat();
  await until('the request', () => rig.hub.requests.length === 2);
  rig.stop.abort(new Error('SIGTERM'));
  await rig.ended;
  assert.deepEqual(rig.clock.sleeping, []);
});

test('the end comes at once while a collector hangs', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  let asked = false;
  rig.collect = () => {
    asked = true;
    return new Promise(() => {});
  };
  await rig.nextBeat();
  await until('the collection', () => asked);
  rig.stop.abort(new Error('SIGTERM'));
  await rig.ended;
});

test('the end comes at once while the configuration is prepared', async () => {
  await using rig = await DaemonRig.withHub('none');
  rig.prepared = new Promise(() => {});
  rig.run();
  rig.stop.abort(new Error('SIGTERM'));
  await rig.ended;
  assert.deepEqual(rig.notified, []);
});

test('a reload that the end interrupts is not reported as a rejected configuration', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  const broken = Promise.withResolvers<void>();
  rig.prepared = broken.promise;
  const reload = rig.daemon.reload();
  rig.stop.abort(new Error('SIGTERM'));
  broken.reject(new Error('Stopped node: no longer wanted'));
  await reload;
  assert.deepEqual(rig.log.with('rejected'), []);
});

test('systemd hears READY before the first POST, and WATCHDOG after a cycle, delivered or not', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('403');
  await rig.nextBeat();
  await rig.idle();
  assert.deepEqual(
    rig.notified.map(message => message.replace(/: 403.*/, '')),
    [
      'READY=1 STATUS=First figures collected',
      'WATCHDOG=1 STATUS=Last heartbeat delivered',
      'WATCHDOG=1 STATUS=Last heartbeat not delivered, 1 kept for later',
    ],
  );
});

test('status.json names the release before systemd hears READY', async () => {
  await using rig = await DaemonRig.withHub('hang');
  rig.run();
  await until('READY', () => rig.notified.length > 0);
  const { release, config_sha256, last_attempt, collectors } = rig.status;
  assert.equal(release, '0.1.0-source');
  assert.equal(config_sha256, 'f00d');
  assert.equal(last_attempt, null);
  assert.deepEqual(collectors, { uptime: { ok: true } });
});
