import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../../../agent/collectors/service-status.ts';
import { Services } from '../../../../agent/collectors/services.ts';
import { FakeCommand, ignoreWarnings } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';
import { record, show, unit } from './support/systemctl-output.ts';

for (const [load, why] of [
  ['masked', 'masked'],
  ['not-found', 'its unit file is gone'],
  ['bad-setting', 'its unit file has an error'],
  ['error', 'its unit file cannot be read'],
  ['stub', 'LoadState is stub'],
] as const) {
  test(`a unit that runs though its LoadState is ${load} is running, with the reason beside it (pitfall 47)`, async t => {
    assert.deepEqual(status(unit({ LoadState: load }), null), {
      status: 'running',
      status_reason: why,
    });
    const starting = unit({ LoadState: load, ActiveState: 'activating', SubState: 'start' });
    assert.deepEqual(status(starting, null), {
      status: 'running',
      status_reason: `starting (start), ${why}`,
    });
    const failed = unit({ LoadState: load, ActiveState: 'failed', Result: 'exit-code' });
    assert.equal(status(failed, null).status, 'failed');
    assert.equal(
      status(unit({ LoadState: load, ActiveState: 'inactive' }), null).status,
      'unknown',
    );
    const command = new FakeCommand(() => record('a.service', { LoadState: load }));
    const services = new Services({ host: hostTree(t, {}).host, command });
    assert.equal((await services.read(ignoreWarnings, ['a'], 1000, 4))[0]?.pid, 713);
  });
}

const dead = { ActiveState: 'inactive', SubState: 'dead', MainPID: 0 };
const waiting = { MainPID: 0, SubState: 'waiting' };

for (const [what, service, trigger, expected] of [
  [
    'whose socket listens is idle (pitfall 48)',
    { ...dead, TriggeredBy: 'a.socket' },
    record('a.socket', waiting),
    ['running', 'idle: a.socket listens'],
  ],
  [
    'whose last run by a timer succeeded is idle',
    { ...dead, TriggeredBy: 'a.timer', InactiveEnterTimestampMonotonic: 5_000_000 },
    record('a.timer', waiting),
    ['running', 'idle: last run succeeded, next by a.timer'],
  ],
  [
    'that its timer has not started yet is idle',
    { ...dead, TriggeredBy: 'a.timer', InactiveEnterTimestampMonotonic: 0 },
    record('a.timer', waiting),
    ['running', 'idle: not run yet, next by a.timer'],
  ],
  [
    'that a path unit starts is idle',
    { ...dead, TriggeredBy: 'a.path' },
    record('a.path', waiting),
    ['running', 'idle: a.path is active'],
  ],
  [
    'with one trigger of two is idle',
    { ...dead, TriggeredBy: 'b.timer a.socket' },
    show(record('b.timer', dead), record('a.socket', waiting)),
    ['running', 'idle: a.socket listens'],
  ],
  [
    'whose socket is down is stopped',
    { ...dead, TriggeredBy: 'a.socket' },
    record('a.socket', dead),
    ['stopped', null],
  ],
  [
    'whose last run failed is failed, though its timer is active',
    { ...dead, ActiveState: 'failed', Result: 'exit-code', TriggeredBy: 'a.timer' },
    record('a.timer', waiting),
    ['failed', 'exit-code'],
  ],
  ['without a trigger is stopped', { ...dead, TriggeredBy: '' }, '', ['stopped', null]],
] as const) {
  test(`a service ${what}`, async t => {
    const command = new FakeCommand((_, args) =>
      args.at(-1) === 'a.service' ? record('a.service', service) : trigger,
    );
    const services = new Services({ host: hostTree(t, {}).host, command });
    const [found] = await services.read(ignoreWarnings, ['a.service'], 1000, 4);
    assert.deepEqual([found?.status, found?.status_reason], expected);
    assert.deepEqual([found?.pid, found?.cpu_percent], [null, null]);
  });
}

test('from the second beat on, one command asks for a service and its socket', async t => {
  const command = new FakeCommand((_, args) => {
    const asked = args.slice(args.indexOf('--') + 1);
    return show(
      ...asked.map(name =>
        name === 'a.socket'
          ? record(name, waiting)
          : record(name, { ...dead, TriggeredBy: 'a.socket' }),
      ),
    );
  });
  const services = new Services({ host: hostTree(t, {}).host, command });
  for (const at of [1000, 1060, 1120]) {
    const [found] = await services.read(ignoreWarnings, ['a.service'], at, 4);
    assert.equal(found?.status_reason, 'idle: a.socket listens');
  }
  assert.deepEqual(
    command.calls.map(args => args.slice(args.indexOf('--') + 1)),
    [['a.service'], ['a.socket'], ['a.service', 'a.socket'], ['a.service', 'a.socket']],
  );
});

test('one command asks for all, and the names come back exactly as configured (pitfall 26)', async t => {
  const command = new FakeCommand(() =>
    show(record('ssh.service'), record('backup.timer', { SubState: 'waiting', MainPID: 0 })),
  );
  const services = new Services({ host: hostTree(t, {}).host, command });
  const answer = await services.read(ignoreWarnings, ['sshd', 'backup.timer'], 1000, 4);
  assert.equal(command.calls.length, 1);
  assert.deepEqual(command.calls[0]?.slice(-3), ['--', 'sshd', 'backup.timer']);
  assert.deepEqual(
    answer.map(({ name, status: state, pid, memory_mb }) => [name, state, pid, memory_mb]),
    [
      ['sshd', 'running', 713, 5],
      ['backup.timer', 'running', null, 5],
    ],
  );
});

test('processor use is of the whole host and never above 100 (pitfall 29)', async t => {
  let nanoseconds = 0;
  const command = new FakeCommand(() => record('a.service', { CPUUsageNSec: nanoseconds }));
  const services = new Services({ host: hostTree(t, {}).host, command });
  const cpu = async (at: number) =>
    (await services.read(ignoreWarnings, ['a'], at, 4))[0]?.cpu_percent;
  assert.equal(await cpu(1000), null);
  nanoseconds = 120e9;
  // Two processors of four, for 60 s.
  assert.equal(await cpu(1060), 50);
  nanoseconds = 1000e9;
  assert.equal(await cpu(1120), 100);
  nanoseconds = 0;
  assert.equal(await cpu(1180), null);
});

test('a pattern is asked of nobody and unknown', async t => {
  const command = new FakeCommand(() => '');
  const services = new Services({ host: hostTree(t, {}).host, command });
  assert.equal((await services.read(ignoreWarnings, ['docker-*'], 1, 1))[0]?.status, 'unknown');
  assert.deepEqual(command.calls, []);
});

test('no answer at all is the collector’s failure, with systemctl’s own words', async t => {
  const services = new Services({
    host: hostTree(t, {}).host,
    command: new FakeCommand(() => '\n'),
  });
  await assert.rejects(
    () => services.read(ignoreWarnings, ['a'], 1, 1),
    /Cannot ask systemd: systemctl ended with 0/,
  );
});

const quiet: Files = {
  'run/systemd/units/invocation:a.service': '-> 0123456789abcdef',
  'proc/713/stat': '',
  'sys/fs/cgroup/system.slice/a.service/cpu.stat': 'usage_usec 1000000\n',
  'sys/fs/cgroup/system.slice/a.service/memory.current': '5242880\n',
};

test('while a unit shows no sign of change its figures come without a process', async t => {
  const { host, root } = hostTree(t, quiet);
  const command = new FakeCommand(() => record('a.service'));
  const services = new Services({ host, command });
  await services.read(ignoreWarnings, ['a'], 1000, 2);
  write(root, {
    'sys/fs/cgroup/system.slice/a.service/cpu.stat': 'usage_usec 13000000\n',
    'sys/fs/cgroup/system.slice/a.service/memory.current': '10485760\n',
  });
  const [second] = await services.read(ignoreWarnings, ['a'], 1060, 2);
  assert.equal(command.calls.length, 1);
  assert.deepEqual(second, {
    name: 'a',
    status: 'running',
    status_reason: null,
    pid: 713,
    memory_mb: 10,
    cpu_percent: 10,
  });
});

test('any sign of change asks systemd: a new start, a dead process, five minutes', async t => {
  const { host, root } = hostTree(t, quiet);
  const command = new FakeCommand(() => record('a.service'));
  const services = new Services({ host, command });
  await services.read(ignoreWarnings, ['a'], 1000, 2);
  write(root, { 'run/systemd/units/invocation:a.service': '-> fedcba9876543210' });
  await services.read(ignoreWarnings, ['a'], 1060, 2);
  assert.equal(command.calls.length, 2);
  await services.read(ignoreWarnings, ['a'], 1120, 2);
  assert.equal(command.calls.length, 2);
  await services.read(ignoreWarnings, ['a'], 1060 + 300, 2);
  assert.equal(command.calls.length, 3);
});

test('a unit that is starting is asked for again, until it has started', async t => {
  const command = new FakeCommand(() => record('a.service', { ActiveState: 'activating' }));
  const services = new Services({ host: hostTree(t, quiet).host, command });
  await services.read(ignoreWarnings, ['a'], 1000, 2);
  await services.read(ignoreWarnings, ['a'], 1060, 2);
  assert.equal(command.calls.length, 2);
});

test('a unit that does not run is asked for at every beat, so that its recovery shows at once', async t => {
  const command = new FakeCommand(() =>
    record('a.service', { ActiveState: 'failed', Result: 'signal' }),
  );
  const services = new Services({ host: hostTree(t, quiet).host, command });
  await services.read(ignoreWarnings, ['a'], 1000, 2);
  await services.read(ignoreWarnings, ['a'], 1060, 2);
  assert.equal(command.calls.length, 2);
});
