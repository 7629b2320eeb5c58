import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Apt } from '../../../../agent/collectors/apt.ts';
import { simulation } from '../../../../agent/collectors/apt-simulation.ts';
import { KeptUpdates } from '../../../../agent/collectors/kept-updates.ts';
import { StateChangeLog } from '../../../../agent/collectors/state-change-log.ts';
import { Host } from '../../../../agent/host/host.ts';
import { version } from '../../../../agent/version.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { RecordingLog } from '../../../support/recording-log.ts';
import { FakeCommand } from './support/fakes.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const debian: Files = {
  'usr/bin/apt-get': '',
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-22T00:00:00Z"}',
};
const changed: Files = { 'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:00:00Z"}' };
const changedAgain: Files = {
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:01:00Z"}',
};
const update = 'Inst a [1] (2 Debian-Security:12/stable-security [all])\n';

function aptOn(host: Host, answer: () => string | Promise<string>, kept?: KeptUpdates) {
  const [clock, log, command] = [new FakeClock(), new RecordingLog(), new FakeCommand(answer)];
  const apt = new Apt({ host, command, clock, notices: new StateChangeLog(log), kept });
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
  for (let beat = 0; beat < 4; beat++) await apt.read(false);
  assert.equal(command.calls.length, 1);
  // An upgrade is running: the status changes from beat to beat.
  write(root, changed);
  await apt.read(false);
  write(root, changedAgain);
  await apt.read(false);
  assert.equal(command.calls.length, 1);
  await apt.read(false);
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
  await apt.read(false);
  assert.equal((await apt.read(false)).updates_available, null);
  write(root, changed);
  await apt.read(false);
  await apt.read(false);
  assert.equal(command.calls.length, 1);
  answer.resolve(update);
  await new Promise(setImmediate);
  assert.equal((await apt.read(false)).security_updates, 1);
});

test('the first beat starts no simulation, which would compete with the start of the agent', async t => {
  const { apt, command } = aptOn(hostTree(t, debian).host, () => update);
  assert.equal((await apt.read(false)).updates_available, null);
  assert.deepEqual(command.calls, []);
  await apt.read(false);
  assert.equal(command.calls.length, 1);
});

test('what apt answered outlives the agent, until lists or packages change', async t => {
  const { host, root } = hostTree(t, debian);
  const kept = new KeptUpdates(join(root, 'updates.json'));
  await aptOn(host, () => update, kept).apt.read(true);
  const restarted = aptOn(host, () => '', kept);
  assert.equal((await restarted.apt.read(false)).security_updates, 1);
  await restarted.apt.read(false);
  assert.deepEqual(restarted.command.calls, []);
  write(root, changed);
  const later = aptOn(host, () => '', kept);
  assert.equal((await later.apt.read(false)).updates_available, null);
  assert.equal((await later.apt.read(true)).updates_available, 0);
});

test('a kept answer that is damaged, or was made by another version, is none', async t => {
  const { host, root } = hostTree(t, debian);
  const file = join(root, 'updates.json');
  const kept = new KeptUpdates(file);
  await aptOn(host, () => update, kept).apt.read(true);
  const whole = readFileSync(file, 'utf8');
  for (const damage of [whole.slice(0, -9), whole.replace(version, '0.0.1'), '[]']) {
    assert.notEqual(damage, whole);
    writeFileSync(file, damage);
    assert.equal((await aptOn(host, () => '', kept).apt.read(false)).updates_available, null);
  }
});

test('a disk that keeps nothing costs the next start a simulation, and no more', async t => {
  const { host, root } = hostTree(t, debian);
  const kept = new KeptUpdates(join(root, 'no-such-directory/updates.json'));
  assert.equal((await aptOn(host, () => update, kept).apt.read(true)).updates_available, 1);
  assert.equal((await aptOn(host, () => update, kept).apt.read(true)).updates_available, 1);
});

test('a pin that is edited in place is a reason to ask again', async t => {
  const pin = 'etc/apt/preferences.d/pin';
  const mtimes = (time: string): Files => ({
    [pin]: 'Package: *',
    'recorded/mtimes.json': JSON.stringify({ [pin]: time }),
  });
  const { host, root } = hostTree(t, { ...debian, ...mtimes('2026-11-22T00:00:00Z') });
  const { apt, command } = aptOn(host, () => update);
  await apt.read(true);
  write(root, mtimes('2026-11-23T00:00:00Z'));
  await apt.read(true);
  assert.equal(command.calls.length, 2);
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
