import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostKeyRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { bareAnswer, CONFIG, FakeServer, liveAnswer, releaseFor } from './fake-server.ts';
import { pushTo } from './push-rig.ts';

test('push() in batches leaves the rest alone once a server of a batch was rolled back', async () => {
  const canary = new FakeServer(bareAnswer());
  canary.install = async () => ({ code: 1, stdout: 'result: rolled-back\n', stderr: '' });
  const others = { b: new FakeServer(bareAnswer()), c: new FakeServer(bareAnswer()) };
  const { results } = await pushTo(
    { canary, ...others },
    { serial: [{ count: 1 }, { percent: 100 }], maxFail: { count: 0 } },
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['rolled-back', 'skipped', 'skipped'],
  );
  assert.equal(results[1]?.reason, 'Skipped: canary failed (limit 0)');
  assert.deepEqual(others.b.log, ['connect', 'probe', 'close']);
});

test('push() takes its batches from the servers that change, so that a canary proves something', async () => {
  const right = new FakeServer(liveAnswer(releaseFor(CONFIG), CONFIG));
  const b = new FakeServer(bareAnswer());
  b.install = async () => ({ code: 1, stdout: 'result: rolled-back\n', stderr: '' });
  const { results } = await pushTo(
    { right, b, c: new FakeServer(bareAnswer()) },
    { serial: [{ count: 1 }, { percent: 100 }], maxFail: { count: 0 } },
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['unchanged', 'rolled-back', 'skipped'],
  );
});

test('push() with a limit changes no server where one cannot be reached or served', async () => {
  for (const [refuses, reason] of [
    [new Unreachable('canary', 'No route'), 'Skipped: canary is unreachable (limit 0)'],
    [new HostKeyRefused('canary', 'Another key'), 'Skipped: canary failed (limit 0)'],
  ] as const) {
    const canary = new FakeServer(bareAnswer());
    canary.refuses = refuses;
    const b = new FakeServer(bareAnswer());
    const confirm = () => Promise.reject(new Error('Expected no question'));
    const { results } = await pushTo({ canary, b }, { maxFail: { count: 0 }, confirm });
    assert.deepEqual([results[1]?.outcome, results[1]?.reason], ['skipped', reason]);
    assert.deepEqual(b.log, ['connect', 'probe', 'close']);
  }
});
