/** The journal hears of a change once, and of what stays as it is not at all. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { listening, port } from '../../../support/listening.ts';
import { ok } from '../heartbeat/hub-rig.ts';
import { DaemonRig } from './daemon-rig.ts';

/** The lines about the hub, without their data. */
function changes(rig: DaemonRig): string[] {
  return rig.log.lines
    .filter(line => !/Configuration|clock/.test(line))
    .map(line => line.replace(/ hub=.*?(reason=\S+|$).*/, ' $1').trim());
}

test('one line a change of state, not one a beat', async () => {
  await using rig = await DaemonRig.start();
  for (const fault of ['none', '401', '403', 'none', '409', 'none'] as const) {
    await rig.idle();
    await rig.hub.fault(fault);
    for (let beat = 0; beat < 5; beat++) await rig.nextBeat();
  }
  await rig.idle();
  assert.deepEqual(changes(rig), [
    'info The hub registered this server',
    'error Heartbeat not delivered reason=401',
    'error Heartbeat not delivered reason=403',
    'info Heartbeat delivered again',
    'error Heartbeat not delivered reason=409',
    'info Heartbeat delivered again',
  ]);
});

test('422: what the hub names is dropped, and the rest is sent again once', async () => {
  const bodies: Record<string, unknown>[] = [];
  const detail = [{ loc: ['body', 'metrics', 'cpu_percent'], msg: 'Not today', type: 'x' }];
  await using picky = await listening(
    createServer(async (request, response) => {
      bodies.push(JSON.parse(await text(request)));
      response.statusCode = bodies.length === 1 ? 422 : 200;
      response.end(bodies.length === 1 ? JSON.stringify({ detail }) : ok);
    }),
  );
  await using rig = await DaemonRig.withHub('none');
  rig.configText = rig.configText.replace(rig.hub.url, `http://127.0.0.1:${port(picky)}`);
  rig.run();
  await rig.idle();
  assert.deepEqual(
    bodies.map(({ metrics }) => metrics),
    [
      { cpu_percent: 1.5, uptime_seconds: 0 },
      { cpu_percent: null, uptime_seconds: 0 },
    ],
  );
  assert.equal(rig.status.beats.sent, 1);
  const [line, ...others] = rig.log.with('only without a part of it');
  assert.match(
    line ?? '',
    /^warning .*reason=422 Unprocessable: metrics.cpu_percent: "Not today"\. The hub expects/,
  );
  assert.deepEqual(others, []);
  await rig.nextBeat();
  await rig.idle();
  assert.equal(bodies.length, 3);
  assert.equal(rig.log.with('accepts complete heartbeats again').length, 1);
});

test('422 to everything: no loop, one error, and the next beat as ever', async () => {
  await using rig = await DaemonRig.start();
  await rig.idle();
  await rig.hub.fault('422');
  await rig.nextBeat();
  await rig.nextBeat();
  await rig.idle();
  assert.ok(rig.hub.requests.length <= 5);
  assert.equal(rig.log.with('error Heartbeat not delivered').length, 1);
  assert.equal(rig.status.beats.queued, 0);
});

test('clocks that differ are reported once, and once when they agree again', async () => {
  await using rig = await DaemonRig.start();
  await rig.nextBeat();
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.log.with("clock and the hub's differ").length, 1);
  rig.clock.set(new Date().toISOString());
  const next = await rig.idle();
  rig.clock.set(new Date(Date.now() - next).toISOString());
  await rig.nextBeat();
  await rig.idle();
  assert.equal(rig.log.with("clock and the hub's agree again").length, 1);
});

test('a clock that jumps back by a year changes nothing of when beats are due', async () => {
  await using rig = await DaemonRig.start();
  const before = await rig.idle();
  rig.clock.set('2025-01-01T00:00:00Z');
  await rig.nextBeat();
  const after = await rig.idle();
  assert.equal(after, 60_000);
  assert.ok(before < 65_000);
  assert.equal(rig.hub.beats.length, 2);
});
