/** US0004's table of edge cases, row by row, as far as the daemon answers for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../support/until.ts';
import { DaemonRig } from './daemon-rig.ts';

test('Hub unreachable: retry 3x with 5 s delay, log a warning, wait for the next interval', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('refuse');
  await rig.nextBeat();
  const began = rig.clock.monotonic();
  for (let retry = 0; retry < 3; retry++) await rig.pass(5_000);
  const rest = await rig.idle();
  assert.equal(rig.clock.monotonic() - began, 15_000);
  assert.equal(rest, 45_000);
  assert.equal(rig.log.with('not delivered').length, 1);
  assert.match(
    rig.log.with('not delivered')[0] ?? '',
    /^warning .*Connection refused by .*queued=1$/,
  );
  assert.equal(rig.status.beats.failed, 1);
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.status.beats.sent, 3);
});

test('Hub timeout: 10 s a request, and 3 retries 5 s apart, all within the interval', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('hang');
  await rig.nextBeat();
  for (const _ of [1, 2, 3]) {
    await rig.pass(10_000);
    await rig.pass(5_000);
  }
  await rig.pass(10_000);
  await until('the end of the cycle', () => rig.status.beats.failed === 1);
  await rig.pass(5_000);
  await rig.pass(10_000);
  assert.match(rig.log.with('not delivered')[0] ?? '', /^warning .*No answer from/);
});

test('Hub unreachable at a short interval: the next beat is the retry, so that the history has no gap', async () => {
  await using rig = await DaemonRig.start('heartbeat_interval: 12\n');
  await rig.idle();
  await rig.hub.fault('refuse');
  for (let beat = 0; beat < 4; beat++) {
    await rig.nextBeat();
    await rig.pass(5_000);
    await rig.pass(5_000);
  }
  await rig.idle();
  await rig.hub.fault('none');
  await rig.nextBeat();
  await rig.idle();
  const seconds = rig.timestamps.slice(1).map(time => Date.parse(String(time)) / 1000);
  const gaps = seconds.slice(1).map((time, index) => Math.round(time - (seconds[index] ?? 0)));
  assert.deepEqual(gaps, [12, 12, 12, 12]);
});

test('Invalid API key: log an error (401) that names the setting, continue beating', async () => {
  await using rig = await DaemonRig.withHub('none');
  rig.configText = rig.configText.replace('test-key', 'wrong-key');
  rig.run();
  await rig.nextBeat();
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.requests.length, 3, 'one request a beat: the same key would hear the same');
  const errors = rig.log.with('error ');
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? '', /401.*api_key: set/);
  assert.doesNotMatch(rig.log.lines.join('\n'), /wrong-key/);
  rig.configText = rig.configText.replace('wrong-key', 'test-key');
  await rig.daemon.reload();
  await rig.idle();
  assert.equal(rig.log.with('delivered again').length, 1);
});

test('Config file missing: exit with a clear error message', async () => {
  const rig = await DaemonRig.withHub('refuse');
  rig.configText = '';
  await assert.rejects(rig.daemon.run(rig.stop.signal), /config.yaml: No such file/);
  await rig[Symbol.asyncDispose]();
});

test('Invalid config format: exit with a clear error message', async () => {
  const rig = await DaemonRig.withHub('refuse');
  rig.configText = 'hub_url: [\n';
  await assert.rejects(
    rig.daemon.run(rig.stop.signal),
    /config.yaml:1:10: Expected a closing \] for the \[ that begins here, found none: add it/,
  );
  await rig[Symbol.asyncDispose]();
});

test('Collection fails: partial metrics are sent', async () => {
  await using rig = await DaemonRig.start();
  rig.collect = async () => ({
    body: { hostname: 'nas', metrics: { cpu_percent: null, load_1m: 0.5 } },
    collectors: { cpu: { ok: false, error: 'Cannot read /proc/stat' }, load: { ok: true } },
    warnings: [],
  });
  await rig.nextBeat();
  await rig.idle();
  assert.deepEqual(rig.hub.beats.at(-1)?.body['metrics'], { cpu_percent: null, load_1m: 0.5 });
  assert.deepEqual(rig.status.collectors, {
    cpu: { ok: false, error: 'Cannot read /proc/stat' },
    load: { ok: true },
  });
});

test('Collection fails altogether: an error in the journal, and the next beat goes out', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  const { collect } = rig;
  rig.collect = () => Promise.reject(new Error('No such thing'));
  await rig.nextBeat();
  await rig.idle();
  assert.match(rig.log.with('error ').join('\n'), /Heartbeat failed error=Error: No such thing/);
  rig.collect = collect;
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.hub.beats.length, 2);
});
