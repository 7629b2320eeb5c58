import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '../../../../agent/collectors/service-status.ts';
import { Services } from '../../../../agent/collectors/services.ts';
import { figure, match, parse } from '../../../../agent/collectors/systemctl.ts';
import { FakeCommand, ignoreWarnings } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const record = (id: string, more: Readonly<Record<string, string | number>> = {}): string =>
  Object.entries({
    Id: id,
    Names: id,
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    NRestarts: 0,
    MainPID: 713,
    MemoryCurrent: 5242880,
    CPUUsageNSec: 1_000_000_000,
    ControlGroup: `/system.slice/${id}`,
    ...more,
  })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
const show = (...records: string[]): string => records.join('\n');
const unit = (more: Readonly<Record<string, string | number>> = {}) =>
  parse(record('a.service', more))[0];

test('parse() splits records at empty lines and keys at the first equals sign', () => {
  const [first, second] = parse(
    show(record('a.service', { Names: 'a=b.service' }), record('b.service')),
  );
  assert.equal(first?.['Names'], 'a=b.service');
  assert.equal(second?.['Id'], 'b.service');
});

test('match() goes by order, since an alias answers with another name (pitfall 26)', () => {
  const units = parse(show(record('ssh.service'), record('cron.service')));
  assert.deepEqual(
    match(['sshd', 'cron'], units).map(each => each?.['Id']),
    ['ssh.service', 'cron.service'],
  );
});

test('match() goes by name where an answer is missing', () => {
  const units = parse(show(record('ssh.service', { Names: 'ssh.service sshd.service' })));
  assert.deepEqual(
    match(['bad\\name', 'sshd'], units).map(each => each?.['Id']),
    [undefined, 'ssh.service'],
  );
});

test('figure() is null for "[not set]" and for all ones (pitfall 26)', () => {
  assert.equal(figure('[not set]'), null);
  assert.equal(figure('18446744073709551615'), null);
  assert.equal(figure('infinity'), null);
  assert.equal(figure(''), null);
  assert.equal(figure('5828608'), 5828608);
});

test('a unit that is not installed is unknown, not stopped (pitfall 24)', () => {
  const state = status(unit({ LoadState: 'not-found', ActiveState: 'inactive' }), null);
  assert.deepEqual(state, { status: 'unknown', status_reason: 'no such unit on this host' });
  for (const LoadState of ['masked', 'bad-setting']) {
    assert.equal(status(unit({ LoadState, ActiveState: 'inactive' }), null).status, 'unknown');
  }
  assert.equal(status(undefined, null).status, 'unknown');
});

test('a unit that restarts again and again is failed, not running (pitfall 25)', () => {
  const loop = {
    ActiveState: 'activating',
    SubState: 'auto-restart',
    Result: 'exit-code',
    NRestarts: 7,
  };
  assert.deepEqual(status(unit(loop), null), {
    status: 'failed',
    status_reason: 'restarting again and again (7 times): exit-code',
  });
});

test('a unit caught alive between two crashes is failed by its count of restarts (pitfall 25)', () => {
  assert.equal(status(unit({ NRestarts: 9 }), 3).status, 'failed');
  assert.equal(
    status(unit({ NRestarts: 4, ActiveState: 'activating', SubState: 'start' }), 3).status,
    'failed',
  );
  // One restart in a minute is what Restart= is for.
  assert.equal(status(unit({ NRestarts: 4 }), 3).status, 'running');
});

test('active, also exited or reloading, is running (pitfall 25)', () => {
  assert.equal(status(unit({ SubState: 'exited', MainPID: 0 }), null).status, 'running');
  assert.equal(status(unit({ ActiveState: 'reloading' }), null).status, 'running');
  assert.deepEqual(status(unit({ ActiveState: 'activating', SubState: 'start' }), null), {
    status: 'running',
    status_reason: 'starting (start)',
  });
});

test('inactive is stopped, and failed where its last run failed (pitfall 25)', () => {
  const dead = { ActiveState: 'inactive', SubState: 'dead', MainPID: 0 };
  assert.equal(status(unit(dead), null).status, 'stopped');
  assert.deepEqual(status(unit({ ...dead, Result: 'timeout' }), null), {
    status: 'failed',
    status_reason: 'timeout',
  });
  assert.equal(status(unit({ ActiveState: 'failed', Result: 'oom-kill' }), null).status, 'failed');
  assert.equal(status(unit({ ActiveState: 'deactivating' }), null).status, 'stopped');
});

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
