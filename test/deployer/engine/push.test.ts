import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineEvent } from '../../../deployer/engine/events.ts';
import type { Job } from '../../../deployer/engine/job.ts';
import { type PushOptions, push } from '../../../deployer/engine/push.ts';
import type { HostResult } from '../../../deployer/engine/result.ts';
import type { Tools } from '../../../deployer/engine/tools.ts';
import { UserError } from '../../../deployer/errors.ts';
import {
  ConnectionLost,
  HostKeyRefused,
  Unreachable,
} from '../../../deployer/remote/transport/errors.ts';
import {
  bareAnswer,
  FakeServer,
  liveAnswer,
  NODE,
  releaseFor,
  SUMS,
  UNIT,
  VERSION,
} from './fake-server.ts';
import { FakeTransport } from './fake-transport.ts';

const CONFIG = 'hub_url: "http://hub:8080"\n';

function jobFor(name: string, config = CONFIG): Job {
  return {
    name,
    target: { name, sshArgs: [], connectTimeoutMs: 1000, become: { user: 'root', method: 'sudo' } },
    config,
    runtime: 'bundled',
    gateSeconds: 5,
    requireBeat: false,
    keepReleases: 5,
    optional: false,
  };
}

function toolsFor(servers: Record<string, FakeServer>, over: Partial<Tools> = {}): Tools {
  let now = 0;
  const sent = (file: string): Awaited<ReturnType<Tools['runtime']>> => ({
    file,
    sha256: '0'.repeat(64),
    source: { content: Buffer.from(file) },
  });
  return {
    transport: new FakeTransport(servers),
    build: async () => ({
      version: VERSION,
      sums: SUMS,
      artifact: sent('homelab-agent-0.1.0.tar.gz'),
      nodeVersion: NODE,
      unit: async () => UNIT,
    }),
    runtime: async arch => sent(`node-v${NODE}-linux-${arch}.tar.gz`),
    now: () => now,
    sleep: async ms => {
      now += ms;
    },
    ...over,
  };
}

interface Ran {
  readonly results: HostResult[];
  readonly events: EngineEvent[];
}

async function pushTo(
  servers: Record<string, FakeServer>,
  options: Partial<PushOptions> & { tools?: Partial<Tools>; config?: string } = {},
): Promise<Ran> {
  const events: EngineEvent[] = [];
  const jobs = Object.keys(servers).map(name => jobFor(name, options.config ?? CONFIG));
  const results = await push(
    jobs,
    toolsFor(servers, options.tools),
    {
      check: false,
      diff: false,
      by: 'anna@desk',
      forks: 10,
      serial: [],
      maxFail: null,
      confirm: async () => true,
      signal: new AbortController().signal,
      ...options,
    },
    event => events.push(event),
  );
  return { results, events };
}

test('push() sends artifact, runtime and configuration to a bare server and asks again over a new connection', async () => {
  const server = new FakeServer(bareAnswer());
  const { results } = await pushTo({ 'nas-1': server });
  assert.deepEqual(server.log, [
    'connect',
    'probe',
    `transfer SHA256SUMS config.yaml homelab-agent-0.1.0.tar.gz then node-v${NODE}-linux-x64.tar.gz`,
    'connect',
    'probe',
    'close',
    'close',
  ]);
  assert.equal(results[0]?.outcome, 'changed');
  assert.equal(results[0]?.release, releaseFor(CONFIG));
  assert.deepEqual(results[0]?.changes, ['release']);
});

test('push() asks an unchanged server once and sends it nothing', async () => {
  const server = new FakeServer(liveAnswer(releaseFor(CONFIG), CONFIG));
  const { results } = await pushTo({ 'nas-1': server });
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.equal(results[0]?.outcome, 'unchanged');
});

test('push() sends the configuration alone where only that changed', async () => {
  const server = new FakeServer(liveAnswer(releaseFor('old'), 'old'));
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(server.log[2], 'transfer SHA256SUMS config.yaml');
  assert.equal(results[0]?.outcome, 'changed');
});

test('push() with check plans and writes nothing', async () => {
  const server = new FakeServer(bareAnswer());
  const { results } = await pushTo({ 'nas-1': server }, { check: true });
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.equal(results[0]?.outcome, 'changed');
  assert.deepEqual(
    results[0]?.steps.map(step => step.what),
    ['runtime', 'release', 'config', 'unit', 'service'],
  );
});

test('push() asks every server before it writes to any', async () => {
  const order: string[] = [];
  const servers = Object.fromEntries(
    ['a', 'b', 'c'].map(name => [name, new FakeServer(bareAnswer())]),
  );
  for (const [name, server] of Object.entries(servers)) {
    const exec = server.exec.bind(server);
    server.exec = (command, options) => {
      order.push(`${command.includes('hla:received') ? 'write' : 'ask'} ${name}`);
      return exec(command, options);
    };
  }
  await pushTo(servers, { forks: 1 });
  assert.deepEqual(order.slice(0, 4), ['ask a', 'ask b', 'ask c', 'write a']);
});

test('push() never works on more servers at once than it has forks', async () => {
  const servers = Object.fromEntries(
    Array.from({ length: 7 }, (_, at) => [`s${at}`, new FakeServer(bareAnswer())]),
  );
  const transport = new FakeTransport(servers);
  await pushTo(servers, { forks: 2, tools: { transport } });
  assert.equal(transport.most, 2);
});

test('push() goes on with the others where one server is away and one has another key', async () => {
  const away = new FakeServer(bareAnswer());
  away.refuses = new Unreachable('away', 'No answer from away');
  const other = new FakeServer(bareAnswer());
  other.refuses = new HostKeyRefused('other', 'Another key than known');
  const { results } = await pushTo({ away, other, good: new FakeServer(bareAnswer()) });
  assert.deepEqual(
    results.map(({ outcome, reason }) => [outcome, reason]),
    [
      ['unreachable', 'No answer from away'],
      ['failed', 'Another key than known'],
      ['changed', null],
    ],
  );
});

test('push() refuses a 32-bit system and sends it nothing', async () => {
  const server = new FakeServer(bareAnswer({ architecture: 'aarch64', bits: '32' }));
  const { results } = await pushTo({ 'pi-1': server });
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.match(results[0]?.reason ?? '', /found aarch64 with a 32-bit system/);
});

test('push() tells a rolled-back server from a failed one and hands on the journal', async () => {
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
    server.answer = finished.replace('hla:end ok', 'hla:activating yes\nhla:end ok');
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

test('push() calls a link that is lost during the upload unreachable, since nothing was activated', async () => {
  const server = new FakeServer(bareAnswer());
  server.exec = async command => {
    if (!command.includes('hla:received')) return { code: 0, stdout: bareAnswer(), stderr: '' };
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

test('push() fails only the servers whose runtime cannot be had', async () => {
  const arm = new FakeServer(bareAnswer({ architecture: 'aarch64' }));
  const runtime: Tools['runtime'] = async arch => {
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

test('push() closes every connection when the artifact cannot be built', async () => {
  const server = new FakeServer(bareAnswer());
  const build = async (): Promise<never> => {
    throw new UserError('No agent here');
  };
  await assert.rejects(pushTo({ 'nas-1': server }, { tools: { build } }), /No agent here/);
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
});

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
  assert.equal(results[1]?.reason, 'Left alone, because canary failed and 0 may');
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

test('push() writes nowhere when the person says no', async () => {
  const server = new FakeServer(bareAnswer());
  const { results } = await pushTo({ a: server }, { confirm: async () => false });
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.equal(results[0]?.outcome, 'skipped');
  assert.equal(results[0]?.reason, 'Not confirmed');
});
