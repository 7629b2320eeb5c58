import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Apt } from '../../../agent/collectors/apt.ts';
import { parse, simulation } from '../../../agent/collectors/apt-simulation.ts';
import { Notices } from '../../../agent/collectors/notices.ts';
import { Host } from '../../../agent/host/host.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { FakeCommand } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

test('parse() reads name, versions, suites and whether it is a security update', () => {
  assert.deepEqual(
    parse(`Inst libssl3 [3.0.11-1] (3.0.13-1 Debian:12.5/stable, Debian-Security:12/stable-security [amd64])
Inst base-files [12.4] (12.4+deb12u5 Debian:12.5/stable [amd64])
Conf libssl3 (3.0.13-1 Debian:12.5/stable [amd64])
`),
    [
      {
        name: 'libssl3',
        current_version: '3.0.11-1',
        new_version: '3.0.13-1',
        repository: 'stable,stable-security',
        is_security: true,
      },
      {
        name: 'base-files',
        current_version: '12.4',
        new_version: '12.4+deb12u5',
        repository: 'stable',
        is_security: false,
      },
    ],
  );
});

test('parse() finds security in the origin alone, never in a package’s name (pitfall 27)', () => {
  const [mod, esm, ubuntu] =
    parse(`Inst libapache2-mod-security2 [2.9.5-1] (2.9.7-1 Debian:12.5/stable [amd64])
Inst ffmpeg [4.4.1] (4.4.2+esm1 UbuntuESMApps:22.04/jammy-apps-security [amd64])
Inst bash [5.1-6] (5.1-6ubuntu1 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
`);
  assert.equal(mod?.is_security, false);
  assert.equal(esm?.is_security, true);
  assert.equal(ubuntu?.is_security, true);
});

test('parse() counts a package of two architectures once (pitfall 27)', () => {
  const packages = parse(`Inst libc6 [2.36-9] (2.36-10 Debian:12.5/stable [amd64]) [libc6:i386 ]
Inst libc6:i386 [2.36-9] (2.36-10 Debian:12.5/stable [i386])
`);
  assert.deepEqual(
    packages.map(each => each.name),
    ['libc6'],
  );
});

test('parse() counts no package that is new', () => {
  assert.deepEqual(
    parse('Inst linux-image-6.1.0-18-amd64 (6.1.76-1 Debian:12.5/stable [amd64])\n'),
    [],
  );
});

test('parse() reads labels with spaces, as of Proxmox and Docker, and a package without an origin', () => {
  const repositories = parse(`Inst pve-manager [8.1] (8.2 Proxmox Debian Repository:stable [amd64])
Inst docker-ce [5:24] (5:25 Docker CE:bookworm [amd64])
Inst local [1] (2 localhost [all])
`).map(each => each.repository);
  assert.deepEqual(repositories, ['stable', 'bookworm', 'localhost']);
});

test('the simulation takes no lock and leaves held and phased packages to apt (pitfall 27)', () => {
  assert.ok(simulation.includes('Debug::NoLocking=true'));
  assert.ok(simulation.includes('-s'));
  assert.equal(simulation.at(-1), 'dist-upgrade');
});

const debian: Files = {
  'usr/bin/apt-get': '',
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-22T00:00:00Z"}',
};
const changed: Files = { 'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:00:00Z"}' };
const changedAgain: Files = {
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:01:00Z"}',
};
const update = 'Inst a [1] (2 Debian-Security:12/stable-security [all])\n';

function aptOn(host: Host, answer: () => string | Promise<string>) {
  const [clock, log, command] = [new FakeClock(), new RecordingLog(), new FakeCommand(answer)];
  const apt = new Apt({ host, command, clock, notices: new Notices(log) });
  return { apt, clock, log, command };
}

test('an up-to-date host has 0 updates and an empty list, not nothing (pitfall 30)', async t => {
  const { apt } = aptOn(hostTree(t, debian).host, () => '');
  const { updates_available, security_updates, packages } = await apt.read(true);
  assert.deepEqual([updates_available, security_updates, packages], [0, 0, []]);
});

test('a host without apt has null counts, no list and no command', async t => {
  const { apt, command } = aptOn(hostTree(t, {}).host, () => update);
  const updates = await apt.read(true);
  assert.equal(updates.updates_available, null);
  assert.equal(updates.security_updates, null);
  assert.equal('packages' in updates, false);
  assert.deepEqual(command.calls, []);
});

test('apt-get runs once, and again only when lists or packages have changed and rested (pitfall 27)', async t => {
  const { host, root } = hostTree(t, debian);
  const { apt, command } = aptOn(host, () => update);
  for (let beat = 0; beat < 3; beat++) await apt.read(true);
  assert.equal(command.calls.length, 1);
  // An upgrade is running: the status changes from beat to beat.
  write(root, changed);
  await apt.read(true);
  write(root, changedAgain);
  await apt.read(true);
  assert.equal(command.calls.length, 1);
  await apt.read(true);
  assert.equal(command.calls.length, 2);
});

test('nothing but the simulation is ever run: no apt update (pitfall 27)', async t => {
  const { apt, command } = aptOn(hostTree(t, debian).host, () => update);
  await apt.read(true);
  assert.deepEqual(command.calls, [['apt-get', ...simulation]]);
});

test('a beat does not wait for apt, and one simulation runs at a time (pitfall 31)', async t => {
  const answer = Promise.withResolvers<string>();
  const { host, root } = hostTree(t, debian);
  const { apt, command } = aptOn(host, () => answer.promise);
  assert.equal((await apt.read(false)).updates_available, null);
  write(root, changed);
  await apt.read(false);
  await apt.read(false);
  assert.equal(command.calls.length, 1);
  answer.resolve(update);
  await new Promise(setImmediate);
  assert.equal((await apt.read(false)).security_updates, 1);
});

test('after a failure the last good answer stays, said once, and a new try comes later (pitfall 27)', async t => {
  let fail = false;
  const { host, root } = hostTree(t, debian);
  const { apt, clock, log, command } = aptOn(host, () => {
    if (fail) throw new Error('Stopped apt-get: no end after 60 s');
    return update;
  });
  await apt.read(true);
  fail = true;
  write(root, changed);
  await apt.read(true);
  assert.equal((await apt.read(true)).updates_available, 1);
  assert.equal((await apt.read(true)).updates_available, 1);
  assert.deepEqual(log.lines, [
    'warning Cannot count updates reason=Stopped apt-get: no end after 60 s',
  ]);
  fail = false;
  clock.advance(31 * 60_000);
  await apt.read(true);
  assert.equal(command.calls.length, 3);
  assert.equal(log.lines.at(-1), 'info Updates are counted again');
});

test('a first simulation that fails is the collector’s failure', async t => {
  const { apt } = aptOn(hostTree(t, debian).host, () => {
    throw new Error('Stopped apt-get: no end after 60 s');
  });
  await assert.rejects(() => apt.read(true), /no end after 60 s/);
});

test('the age of the lists is that of the last update that succeeded, best stamp first (pitfall 27)', async t => {
  const { host, root } = hostTree(t, {
    ...debian,
    'recorded/mtimes.json': JSON.stringify({
      'var/lib/apt/periodic/update-success-stamp': '2026-11-20T06:12:44Z',
      'var/lib/apt/lists/partial': '2026-11-21T06:12:44Z',
    }),
  });
  const { apt } = aptOn(host, () => '');
  assert.equal((await apt.read(true)).apt_lists_updated, '2026-11-20T06:12:44.000Z');
  write(root, { 'recorded/mtimes.json': '{"var/lib/apt/lists/partial":"2026-11-21T06:12:44Z"}' });
  assert.equal((await apt.read(true)).apt_lists_updated, '2026-11-21T06:12:44.000Z');
  write(root, { 'recorded/mtimes.json': '{}' });
  assert.equal((await apt.read(true)).apt_lists_updated, null);
});

/** A recorded tree in the part of a live host. */
class LiveTree extends Host {
  override readonly live = true;
}

test('lists older than seven days are said once, and once when they are fresh again (pitfall 27)', async t => {
  const { root } = hostTree(t, {
    ...debian,
    'recorded/mtimes.json': '{"var/lib/apt/lists/partial":"2025-12-01T00:00:00Z"}',
  });
  const { apt, log } = aptOn(new LiveTree(root), () => '');
  await apt.read(true);
  await apt.read(true);
  assert.equal(log.lines.length, 1);
  assert.match(
    log.lines[0] ?? '',
    /^warning Package lists are old: .* updated=2025-12-01T00:00:00/,
  );
  write(root, { 'recorded/mtimes.json': '{"var/lib/apt/lists/partial":"2025-12-31T00:00:00Z"}' });
  await apt.read(true);
  assert.deepEqual(log.lines.slice(1), ['info Package lists are up to date again']);
});
