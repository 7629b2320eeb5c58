import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../../../deployer/run/result.ts';
import { ConnectionLost } from '../../../../deployer/ssh/errors.ts';
import {
  bareAnswer,
  CONFIG,
  FakeServer,
  liveAnswer,
  releaseFor,
  waitsForBeat,
} from './fake-server.ts';
import { pushTo } from './push-rig.ts';

const REFUSED = {
  last_success: null,
  last_error: '401 Unauthorized: "Invalid". The hub does not accept api_key',
  last_answer: 'refused',
  last_cause: 'unauthorized',
};
const AWAY = {
  last_success: null,
  last_error: 'Connection refused by hub:8080',
  last_answer: 'failed',
  last_cause: 'refused-connection',
};

function bare(status: Readonly<Record<string, unknown>> = {}): FakeServer {
  const server = new FakeServer(bareAnswer());
  server.status = status;
  return server;
}

test('push() ends with what the hub answered to the first heartbeat of each server', async () => {
  const servers = { 'nas-1': bare(), 'nas-2': bare(REFUSED), 'nas-3': bare(AWAY) };
  const { results } = await pushTo(servers);
  assert.deepEqual(
    results.map(({ outcome, beat }) => [outcome, beat?.answer]),
    [
      ['changed', 'accepted'],
      ['refused', 'refused'],
      ['changed', 'not confirmed'],
    ],
  );
  assert.equal(results[1]?.reason, REFUSED.last_error);
  assert.equal(results[1]?.beat?.cause, 'unauthorized');
  assert.deepEqual(results[1]?.changes, ['release']);
  assert.equal(exitCodeOf(results, false), 1);
  assert.equal(exitCodeOf(results.slice(2), false), 0);
});

test('push() reports an unchanged server whose last heartbeat was refused', async () => {
  const live = (status: Record<string, unknown>) =>
    new FakeServer(liveAnswer(releaseFor(CONFIG), CONFIG, status));
  const old = { last_answer: undefined, last_cause: undefined, last_error: 'x' };
  const servers = { 'nas-1': live({}), 'nas-2': live(REFUSED), 'nas-3': live(old) };
  const { results } = await pushTo(servers);
  assert.deepEqual(
    results.map(({ outcome, beat }) => [outcome, beat?.answer]),
    [
      ['unchanged', 'accepted'],
      ['refused', 'refused'],
      ['unchanged', 'not confirmed'],
    ],
  );
  assert.match(results[1]?.reason ?? '', /^Last heartbeat, \d+ s ago: 401 Unauthorized/);
  assert.deepEqual(servers['nas-2'].log, ['connect', 'probe', 'close']);
});

test('push() shows nothing of a server’s words that could steer a terminal, and no more than fits', async () => {
  const last_error = `401 \u001b[2J${'x'.repeat(3_900)}`;
  const { results } = await pushTo({ 'nas-1': bare({ ...REFUSED, last_error }) });
  assert.ok(results[0]?.reason?.startsWith('401 \\u001b[2Jxxx'), results[0]?.reason ?? '');
  assert.equal(results[0]?.reason?.length, 1_000);
});

test('push() without the hub neither waits for heartbeats nor judges the last ones', async () => {
  const refused = new FakeServer(liveAnswer(releaseFor(CONFIG), CONFIG, REFUSED));
  const fresh = bare(REFUSED);
  const { results } = await pushTo({ 'nas-1': refused, 'nas-2': fresh }, { awaitBeat: false });
  assert.deepEqual(
    results.map(({ outcome, beat }) => [outcome, beat]),
    [
      ['unchanged', null],
      ['changed', null],
    ],
  );
  assert.ok(!fresh.log.includes('beat'));
});

test('push() does not touch a server that the hub would refuse, and serves the others', async () => {
  const servers = { 'nas-1': bare(), 'nas-2': bare() };
  const { results } = await pushTo(servers, { refusals: new Map([['nas-1', 'Nothing: 401']]) });
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['failed', 'changed'],
  );
  assert.equal(results[0]?.reason, 'Nothing: 401');
  assert.deepEqual(servers['nas-1'].log, []);
});

test('push() stops after a refused server where a limit is set, also within a batch', async () => {
  const servers = { 'nas-1': bare(REFUSED), 'nas-2': bare() };
  const { results } = await pushTo(servers, { forks: 1, maxFail: { count: 0 } });
  assert.deepEqual(
    results.map(({ outcome }) => outcome),
    ['refused', 'skipped'],
  );
  assert.match(results[1]?.reason ?? '', /^Skipped: nas-1 failed \(limit 0\)/);
});

test('push() begins the next server while one only waits for its heartbeat', async () => {
  const order: string[] = [];
  const { promise: second, resolve } = Promise.withResolvers<void>();
  const servers = { 'nas-1': bare(), 'nas-2': bare() };
  for (const [name, server] of Object.entries(servers)) {
    const exec = server.exec.bind(server);
    server.exec = async (command, options) => {
      if (waitsForBeat(command)) {
        // With the slot held, this would wait for ever.
        if (name === 'nas-1') await second;
        order.push(name);
        if (name === 'nas-2') resolve();
      }
      return exec(command, options);
    };
  }
  const { results } = await pushTo(servers, { forks: 1 });
  assert.deepEqual(order, ['nas-2', 'nas-1']);
  assert.ok(results.every(({ beat }) => beat?.answer === 'accepted'));
});

test('a link that is lost, or Ctrl-C, while a heartbeat is waited for leaves the server changed', async () => {
  const interrupt = new AbortController();
  const waitsUntil = (end: () => Error): FakeServer => {
    const server = bare();
    const exec = server.exec.bind(server);
    server.exec = async (command, options) => {
      if (waitsForBeat(command)) throw end();
      return exec(command, options);
    };
    return server;
  };
  const lost = waitsUntil(() => new ConnectionLost('nas-1', 'The link to nas-1 was lost'));
  const one = await pushTo({ 'nas-1': lost });
  assert.equal(one.results[0]?.outcome, 'changed');
  assert.equal(one.results[0]?.beat?.reason, 'The link to nas-1 was lost');
  const interrupted = waitsUntil(() => {
    interrupt.abort(new Error('Interrupted'));
    return new Error('Interrupted');
  });
  const two = await pushTo({ 'nas-1': interrupted }, { signal: interrupt.signal });
  assert.equal(two.results[0]?.outcome, 'changed');
  assert.match(two.results[0]?.beat?.reason ?? '', /^Interrupted/);
});

test('a heartbeat is not waited for once another installation has taken over, which is said', async () => {
  const server = bare();
  const exec = server.exec.bind(server);
  server.exec = async (command, options) => {
    if (waitsForBeat(command)) server.answer = liveAnswer('0.1.0-0ther000', CONFIG);
    return exec(command, options);
  };
  const { results } = await pushTo({ 'nas-1': server });
  assert.equal(results[0]?.outcome, 'changed');
  assert.deepEqual(
    [results[0]?.beat?.answer, results[0]?.beat?.reason],
    ['not confirmed', 'Another installation followed: 0.1.0-0ther000 is live now'],
  );
});
