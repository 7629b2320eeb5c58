import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../../../deployer/run/result.ts';
import { HostKeyRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { bareAnswer, CONFIG, FakeServer, liveAnswer, NODE, releaseFor } from './fake-server.ts';
import { FakeTransport } from './fake-transport.ts';
import { dependenciesFor, pushTo } from './push-rig.ts';

test('push() sends artifact, runtime and configuration to a bare server and asks again over a new connection', async () => {
  const server = new FakeServer(bareAnswer());
  const { results } = await pushTo({ 'nas-1': server });
  assert.deepEqual(server.log, [
    'connect',
    'probe',
    `transfer SHA256SUMS config.yaml homelab-agent-0.1.0.tar.gz then node-v${NODE}-linux-x64.tar.gz`,
    'connect',
    'probe',
    'beat',
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

test('push() skips the check of a configuration only if the same build made it', async () => {
  const spared = async (answer: string, sameSchema: boolean): Promise<boolean> => {
    const server = new FakeServer(answer);
    const exec = server.exec.bind(server);
    let sent = '';
    server.exec = async (command, options) => {
      if (command.includes('hla:received')) sent = command;
      return exec(command, options);
    };
    const build = async () => ({ ...(await dependenciesFor({}).build()), sameSchema });
    await pushTo({ 'nas-1': server }, { tools: { build } });
    return sent.includes('--checked');
  };
  const changed = liveAnswer(releaseFor('old'), 'old');
  assert.equal(await spared(changed, true), true);
  assert.equal(await spared(changed, false), false);
  assert.equal(await spared(bareAnswer(), true), true);
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

test('push() refuses a server that lacks something and sends it nothing', async () => {
  const server = new FakeServer(bareAnswer({ problem: 'Expected a 64-bit server' }));
  const { results } = await pushTo({ 'pi-1': server });
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.match(results[0]?.reason ?? '', /Expected a 64-bit server/);
});

const failing = { storage: 'Expected / to be writable, found its file system read-only' };

test('push() refuses a server whose storage reports faults, and sends it nothing', async () => {
  for (const check of [false, true]) {
    const server = new FakeServer(bareAnswer(failing));
    const { results } = await pushTo(
      { 'nas-1': server, 'pi-1': new FakeServer(bareAnswer()) },
      { check },
    );
    assert.deepEqual(server.log, ['connect', 'probe', 'close']);
    assert.deepEqual(
      results.map(({ outcome }) => outcome),
      ['failed', 'changed'],
    );
    assert.equal(
      results[0]?.reason,
      `${failing.storage}\nNothing was sent: repair it first, or push with --despite-storage`,
    );
  }
});

test('push() goes on with a server whose storage reports faults if that was confirmed', async () => {
  const asked: unknown[] = [];
  const acceptsStorage = async (...question: unknown[]) => {
    asked.push(question);
    return true;
  };
  const right = new FakeServer(
    liveAnswer(releaseFor(CONFIG), CONFIG).replace(
      '\nend=ok',
      `\nstorage=${failing.storage}\nend=ok`,
    ),
  );
  const { results } = await pushTo(
    { 'nas-1': new FakeServer(bareAnswer(failing)), right, good: new FakeServer(bareAnswer()) },
    { acceptsStorage },
  );
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['changed', 'unchanged', 'changed'],
  );
  // Where nothing would be written there is nothing to ask.
  assert.deepEqual(asked, [['nas-1', [failing.storage]]]);
});

test('push() writes nowhere when the person says no', async () => {
  const server = new FakeServer(bareAnswer());
  const asked: unknown[] = [];
  const { results } = await pushTo(
    { a: server },
    {
      async confirm(plan) {
        asked.push(...plan.map(({ host, firstInstall, ended }) => ({ host, firstInstall, ended })));
        return false;
      },
    },
  );
  assert.deepEqual(asked, [{ host: 'a', firstInstall: true, ended: null }]);
  assert.deepEqual(server.log, ['connect', 'probe', 'close']);
  assert.equal(results[0]?.outcome, 'skipped');
  assert.equal(results[0]?.reason, 'Not confirmed');
});

test('push() refuses a server whose agent would lose what it was set to, with its diff, and goes on with the others', async () => {
  const found = bareAnswer({ 'set:server_id': '198-18-1-11' });
  const servers = { a: new FakeServer(found), b: new FakeServer(bareAnswer()) };
  const { results } = await pushTo(servers, { diff: true });
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed', 'changed'],
  );
  assert.equal(exitCodeOf(results, false), 1);
  assert.match(results[0]?.reason ?? '', /server_id: 198-18-1-11 becomes a, a second server/);
  assert.match(results[0]?.diff ?? '', /config\.yaml/);
  assert.deepEqual(servers.a.log, ['connect', 'probe', 'close']);
  const checked = await pushTo({ a: new FakeServer(found) }, { check: true });
  assert.equal(checked.results[0]?.reason, results[0]?.reason);
});
