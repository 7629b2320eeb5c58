import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { simulation } from '../../../../agent/collectors/apt-simulation.ts';
import { KeptUpdates } from '../../../../agent/collectors/kept-updates.ts';
import { version } from '../../../../agent/version.ts';
import { aptOn, debian } from './support/apt-host.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const changed: Files = { 'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:00:00Z"}' };
const changedAgain: Files = {
  'recorded/mtimes.json': '{"var/lib/apt/lists":"2026-11-23T00:01:00Z"}',
};
const update = 'Inst a [1] (2 Debian-Security:12/stable-security [all])\n';

test('an up-to-date host has 0 updates and an empty list, not nothing (pitfall 30)', async t => {
  const { read } = aptOn(hostTree(t, debian).host, () => '');
  const { updates_available, security_updates, packages } = await read(true);
  assert.deepEqual([updates_available, security_updates, packages], [0, 0, []]);
});

test('a host without apt has null counts, no list and no command', async t => {
  const { read, command } = aptOn(hostTree(t, {}).host, () => update);
  const updates = await read(true);
  assert.equal(updates.updates_available, null);
  assert.equal(updates.security_updates, null);
  assert.equal('packages' in updates, false);
  assert.deepEqual(command.calls, []);
});

test('apt-get runs once, and again only when lists or packages have changed and rested (pitfall 27)', async t => {
  const { host, root } = hostTree(t, debian);
  const { read, command } = aptOn(host, () => update);
  for (let beat = 0; beat < 4; beat++) await read(false);
  assert.equal(command.calls.length, 1);
  // An upgrade is running: the status changes from beat to beat.
  write(root, changed);
  await read(false);
  write(root, changedAgain);
  await read(false);
  assert.equal(command.calls.length, 1);
  await read(false);
  assert.equal(command.calls.length, 2);
});

test('nothing but questions is ever run: no apt update (pitfall 27)', async t => {
  const { read, command } = aptOn(hostTree(t, debian).host, () => update);
  await read(true);
  assert.deepEqual(command.calls, [['apt-get', ...simulation]]);
  const plain = aptOn(hostTree(t, debian).host, name =>
    name === 'apt-get' ? update.replace('Debian-Security:12/stable-security', 'x:stable') : '',
  );
  await plain.read(true);
  assert.deepEqual(plain.command.calls.slice(1), [['apt-cache', 'policy', 'a']]);
});

test('a beat does not wait for apt, and one simulation runs at a time (pitfall 31)', async t => {
  const answer = Promise.withResolvers<string>();
  const { host, root } = hostTree(t, debian);
  const { read, command } = aptOn(host, () => answer.promise);
  await read(false);
  assert.equal((await read(false)).updates_available, null);
  write(root, changed);
  await read(false);
  await read(false);
  assert.equal(command.calls.length, 1);
  answer.resolve(update);
  await new Promise(setImmediate);
  assert.equal((await read(false)).security_updates, 1);
});

test('the first beat starts no simulation, which would compete with the start of the agent', async t => {
  const { read, command } = aptOn(hostTree(t, debian).host, () => update);
  assert.equal((await read(false)).updates_available, null);
  assert.deepEqual(command.calls, []);
  await read(false);
  assert.equal(command.calls.length, 1);
});

test('what apt answered outlives the agent, until lists or packages change', async t => {
  const { host, root } = hostTree(t, debian);
  const kept = new KeptUpdates(join(root, 'updates.json'));
  await aptOn(host, () => update, kept).read(true);
  const restarted = aptOn(host, () => '', kept);
  assert.equal((await restarted.read(false)).security_updates, 1);
  await restarted.read(false);
  assert.deepEqual(restarted.command.calls, []);
  write(root, changed);
  const later = aptOn(host, () => '', kept);
  assert.equal((await later.read(false)).updates_available, null);
  assert.equal((await later.read(true)).updates_available, 0);
});

test('a kept answer that is damaged, or was made by another version, is none', async t => {
  const { host, root } = hostTree(t, debian);
  const file = join(root, 'updates.json');
  const kept = new KeptUpdates(file);
  await aptOn(host, () => update, kept).read(true);
  const whole = readFileSync(file, 'utf8');
  for (const damage of [whole.slice(0, -9), whole.replace(version, '0.0.1'), '[]']) {
    assert.notEqual(damage, whole);
    writeFileSync(file, damage);
    assert.equal((await aptOn(host, () => '', kept).read(false)).updates_available, null);
  }
});

test('a disk that keeps nothing costs the next start a simulation, and no more', async t => {
  const { host, root } = hostTree(t, debian);
  const kept = new KeptUpdates(join(root, 'no-such-directory/updates.json'));
  assert.equal((await aptOn(host, () => update, kept).read(true)).updates_available, 1);
  assert.equal((await aptOn(host, () => update, kept).read(true)).updates_available, 1);
});

test('a pin that is edited in place is a reason to ask again', async t => {
  const pin = 'etc/apt/preferences.d/pin';
  const mtimes = (time: string): Files => ({
    [pin]: 'Package: *',
    'recorded/mtimes.json': JSON.stringify({ [pin]: time }),
  });
  const { host, root } = hostTree(t, { ...debian, ...mtimes('2026-11-22T00:00:00Z') });
  const { read, command } = aptOn(host, () => update);
  await read(true);
  write(root, mtimes('2026-11-23T00:00:00Z'));
  await read(true);
  assert.equal(command.calls.length, 2);
});

test('after a failure the last good answer stays, with a warning, and a new try comes later (pitfall 27)', async t => {
  let fail = false;
  const { host, root } = hostTree(t, debian);
  const { read, clock, command, warnings } = aptOn(host, () => {
    if (fail) throw new Error('Stopped apt-get: no end after 60 s');
    return update;
  });
  await read(true);
  fail = true;
  write(root, changed);
  await read(true);
  assert.equal((await read(true)).updates_available, 1);
  assert.equal((await read(true)).updates_available, 1);
  assert.deepEqual(warnings.take(), [
    'updates-old: Updates are those counted before: Stopped apt-get: no end after 60 s',
  ]);
  fail = false;
  clock.advance(31 * 60_000);
  await read(true);
  assert.equal(command.calls.length, 3);
  assert.deepEqual(warnings.take(), []);
});

test('a first simulation that fails is the collector’s failure', async t => {
  const { read } = aptOn(hostTree(t, debian).host, () => {
    throw new Error('Stopped apt-get: no end after 60 s');
  });
  await assert.rejects(() => read(true), /no end after 60 s/);
});

test('a fix that a later version superseded is a security update; without apt-cache a warning says what is missing', async t => {
  const plain = 'Inst a [1.0] (1.2 Debian:12.6/stable [amd64])\n';
  const policy = `a:
  Version table:
     1.2 500
        500 http://deb.debian.org/debian bookworm/main amd64 Packages
     1.1 500
        500 http://security.debian.org/debian-security bookworm-security/main amd64 Packages
 *** 1.0 100
        100 /var/lib/dpkg/status
`;
  const { host } = hostTree(t, debian);
  const whole = aptOn(host, name => (name === 'apt-get' ? plain : policy));
  assert.equal((await whole.read(true)).security_updates, 1);
  assert.deepEqual(whole.warnings.take(), []);
  const partial = aptOn(host, name => {
    if (name === 'apt-get') return plain;
    throw new Error('Stopped apt-cache: no end after 60 s');
  });
  const { updates_available, security_updates } = await partial.read(true);
  assert.deepEqual([updates_available, security_updates], [1, 0]);
  assert.match(partial.warnings.take().join(), /^security-updates-partial: .*no end after 60 s/);
});
