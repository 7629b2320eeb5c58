import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../../../deployer/lib/errors.ts';
import type { PushDependencies } from '../../../../deployer/run/dependencies.ts';
import { ConnectionLost } from '../../../../deployer/ssh/errors.ts';
import {
  bareAnswer,
  CONFIG,
  FakeServer,
  liveAnswer,
  releaseFor,
  UNIT,
  wanting,
} from './fake-server.ts';
import { dependenciesFor, pushTo } from './push-rig.ts';

test('push() distinguishes a rolled-back server from a failed one and reports the journal', async () => {
  const broken = new FakeServer(bareAnswer());
  broken.install = async () => ({
    code: 1,
    stdout: 'changed: release\njournal: <3>Cannot start\nresult: rolled-back\n',
    stderr: 'The new release did not become ready\n',
  });
  const busy = new FakeServer(bareAnswer());
  busy.install = async () => ({ code: 75, stdout: '', stderr: 'bob holds the lock since 10:00\n' });
  const { results } = await pushTo({ broken, busy });
  assert.equal(results[0]?.outcome, 'rolled-back');
  assert.equal(results[0]?.reason, 'The new release did not become ready');
  assert.deepEqual(results[0]?.journal, ['<3>Cannot start']);
  assert.equal(results[1]?.outcome, 'failed');
  assert.equal(results[1]?.reason, 'bob holds the lock since 10:00');
});

test('push() asks the server how it ended when the link is lost during the activation', async () => {
  const server = new FakeServer(bareAnswer());
  const install = server.install;
  server.install = async (members, options) => {
    await install(members, options);
    throw new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'changed');
  assert.equal(results[0]?.reason, null);
});

test('push() reports a server that went back to its old release behind a lost link as rolled-back', async () => {
  const old = releaseFor('old');
  const server = new FakeServer(liveAnswer(old, 'old'));
  server.install = async () => {
    throw new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'rolled-back');
  assert.equal(results[0]?.reason, `${releaseFor(CONFIG)} did not stay: ${old} runs again`);
});

test('push() waits for a server that is still activating behind a lost link', async () => {
  const server = new FakeServer(bareAnswer());
  const install = server.install;
  server.install = async (members, options) => {
    await install(members, options);
    const finished = server.answer;
    server.answer = finished.replace(/\nend=ok$/, '\nactivating=yes\nend=ok');
    const exec = server.exec.bind(server);
    let asked = 0;
    server.exec = async (command, execOptions) => {
      if (++asked === 3) server.answer = finished;
      return exec(command, execOptions);
    };
    throw new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'changed');
  assert.equal(server.log.filter(entry => entry === 'probe').length, 4);
});

test('push() waits for a server that has accepted the transfer and is not activating yet behind a lost link', async () => {
  const server = new FakeServer(bareAnswer());
  const install = server.install;
  server.install = async (members, options) => {
    const before = server.answer;
    await install(members, options);
    const finished = server.answer;
    server.answer = before.replace(/\nend=ok$/, '\nreceiving=yes\nend=ok');
    const exec = server.exec.bind(server);
    let asked = 0;
    server.exec = async (command, execOptions) => {
      if (++asked === 3) server.answer = finished;
      return exec(command, execOptions);
    };
    throw new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'changed');
});

test('push() asks how it ended when the link is lost after the last byte and before the server says so', async () => {
  const lost = new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  const installs = new FakeServer(bareAnswer());
  const ignores = new FakeServer(bareAnswer());
  for (const server of [installs, ignores]) {
    server.accepts = async (members, options) => {
      if (server === installs) await server.install(members, options);
      throw lost;
    };
  }
  const { results } = await pushTo({ installs, ignores });
  assert.deepEqual(
    results.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['changed', null],
      ['unreachable', lost.message],
    ],
  );
});

test('push() calls a link that is lost during the upload unreachable, since nothing was activated', async () => {
  const server = new FakeServer(bareAnswer());
  server.exec = async command => {
    if (!command.includes('hla:received'))
      return { code: 0, stdout: wanting(bareAnswer(), CONFIG), stderr: '' };
    throw new ConnectionLost('nas-1', 'The link to nas-1 was lost');
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'unreachable');
});

test('push() that is interrupted starts no further server and lets an activation end', async () => {
  const controller = new AbortController();
  const first = new FakeServer(bareAnswer());
  const install = first.install;
  first.install = async (members, options) => {
    controller.abort(new Error('Interrupted'));
    assert.equal(options.signal?.aborted, false);
    return install(members, options);
  };
  const second = new FakeServer(bareAnswer());
  const { results } = await pushTo({ first, second }, { forks: 1, signal: controller.signal });
  assert.deepEqual(
    results.map(result => result.outcome),
    ['changed', 'skipped'],
  );
  assert.deepEqual(second.log, ['connect', 'probe', 'close']);
});

test('push() that is interrupted after the last byte and before the server says so asks how it ended', async () => {
  const controller = new AbortController();
  const installs = new FakeServer(bareAnswer());
  const ignores = new FakeServer(bareAnswer());
  for (const server of [installs, ignores]) {
    server.accepts = async (members, options) => {
      if (server === installs) await server.install(members, options);
      controller.abort(new Error('Interrupted'));
      throw controller.signal.reason;
    };
  }
  const { results } = await pushTo({ installs, ignores }, { signal: controller.signal });
  assert.deepEqual(
    results.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['changed', null],
      ['skipped', 'Interrupted before anything was changed there'],
    ],
  );
});

test('push() fails only the servers whose runtime cannot be had', async () => {
  const arm = new FakeServer(bareAnswer({ arch: 'arm64' }));
  const runtime: PushDependencies['runtime'] = async arch => {
    if (arch === 'arm64') throw new UserError('npm is offline');
    return { file: 'node.tar.gz', sha256: '', source: { content: Buffer.alloc(1) } };
  };
  const { results } = await pushTo(
    { arm, intel: new FakeServer(bareAnswer()) },
    { tools: { runtime } },
  );
  assert.deepEqual(
    results.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['failed', 'npm is offline'],
      ['changed', null],
    ],
  );
});

test('push() asks no server when the artifact cannot be built', async () => {
  const server = new FakeServer(bareAnswer());
  const build = async (): Promise<never> => {
    throw new UserError('No agent here');
  };
  await assert.rejects(pushTo({ 'nas-1': server }, { tools: { build } }), /No agent here/);
  assert.deepEqual(server.log, []);
});

test('push() ends only the server where this program has a fault', async () => {
  const broken = new FakeServer(bareAnswer());
  broken.exec = async () => {
    throw new RangeError('Invalid array length');
  };
  const { results } = await pushTo({ broken, sound: new FakeServer(bareAnswer()) });
  assert.deepEqual(
    results.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['failed', 'Fault on broken: RangeError: Invalid array length'],
      ['changed', null],
    ],
  );
});

test('push() ends only the server whose files cannot be compared', async () => {
  const servers = { first: new FakeServer(bareAnswer()), second: new FakeServer(bareAnswer()) };
  let asked = 0;
  const tools = dependenciesFor(servers);
  const build = async () => ({
    ...(await tools.build()),
    unit: async () => {
      if (asked++ === 0) throw new RangeError('too long');
      return UNIT;
    },
  });
  const { results } = await pushTo(servers, { diff: true, tools: { build } });
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed', 'changed'],
  );
});
