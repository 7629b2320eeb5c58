import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signedBy } from '../../../../agent/collectors/apt-lists.ts';
import { Host } from '../../../../agent/host/host.ts';
import { aptOn, debian } from './support/apt-host.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const release = 'var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_InRelease';
const index = 'var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages';
const times = (mtimes: Readonly<Record<string, string>>): Files => ({
  'recorded/mtimes.json': JSON.stringify(mtimes),
});

test('the age of the lists is that of the newest evidence of an update that succeeded (pitfall 27)', async t => {
  const { host, root } = hostTree(t, { ...debian, [release]: '', [index]: '' });
  const { read } = aptOn(host, () => '');
  const updated = async (mtimes: Readonly<Record<string, string>>) => {
    write(root, times(mtimes));
    return (await read(true)).apt_lists_updated?.slice(0, 10) ?? null;
  };
  const success = 'var/lib/apt/periodic/update-success-stamp';
  const stamp = 'var/lib/apt/periodic/update-stamp';
  const lists = 'var/lib/apt/lists';
  assert.equal(await updated({ [success]: '2026-11-20', [lists]: '2026-11-19' }), '2026-11-20');
  // The stamp is of a time when apt's own timer was on.
  assert.equal(
    await updated({ [stamp]: '2024-01-05', [lists]: '2026-11-26', [release]: '2026-11-25' }),
    '2026-11-25',
  );
  // Unpacked with a template: the directory is as old as the template.
  assert.equal(await updated({ [lists]: '2026-08-28', [release]: '2026-11-25' }), '2026-08-28');
  assert.equal(await updated({}), null);
});

test('an attempt that failed is no update of the lists (pitfall 43)', async t => {
  const { host } = hostTree(t, {
    ...debian,
    [release]: '',
    [index]: '',
    ...times({
      'var/lib/apt/lists': '2026-08-28',
      'var/lib/apt/lists/partial': '2026-11-26',
      [release]: '2026-08-28',
    }),
  });
  const { apt_lists_updated } = await aptOn(host, () => '').read(true);
  assert.equal(apt_lists_updated, '2026-08-28T00:00:00.000Z');
});

test('without package lists nothing is known: null, not 0, and a warning (pitfall 40)', async t => {
  for (const files of [
    { 'var/lib/apt/lists/partial/x': '', ...times({ 'var/lib/apt/lists': '2026-11-26' }) },
    { 'var/lib/apt/lists/lock': '', [release]: '' },
    times({}),
  ]) {
    const { read, warnings } = aptOn(
      hostTree(t, { 'usr/bin/apt-get': '', ...files }).host,
      () => '',
    );
    const { updates_available, packages, apt_lists_updated } = await read(true);
    assert.deepEqual([updates_available, packages, apt_lists_updated], [null, undefined, null]);
    assert.match(warnings.take().join('\n'), /^apt-lists-missing: .*run apt-get update$/);
  }
});

/** A recorded tree in the part of a live host. */
class LiveTree extends Host {
  override readonly live = true;
}

test('lists older than seven days are a warning until they are fresh again (pitfall 27)', async t => {
  const { root } = hostTree(t, {
    ...debian,
    'recorded/mtimes.json': '{"var/lib/apt/lists":"2025-12-01T00:00:00Z"}',
  });
  const { read, warnings } = aptOn(new LiveTree(root), () => '');
  await read(true);
  assert.match(
    warnings.take().join('\n'),
    /^apt-lists-old: Package lists are of 2025-12-01, updates may be missing: run apt-get update/,
  );
  write(root, { 'recorded/mtimes.json': '{"var/lib/apt/lists":"2025-12-31T00:00:00Z"}' });
  await read(true);
  assert.deepEqual(warnings.take(), []);
});

test('every key of a source is looked at, and none of a source that is switched off (pitfall 41)', () => {
  const keys = 'Signed-By: /usr/share/keyrings/a.gpg,\n /usr/share/keyrings/b.gpg /c.gpg';
  const inline = 'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n /abc/d\n';
  assert.deepEqual(signedBy(`Types: deb\n${keys}\n\nTypes: deb\n${inline}`), [
    'usr/share/keyrings/a.gpg',
    'usr/share/keyrings/b.gpg',
    'c.gpg',
  ]);
  assert.deepEqual(signedBy(`Types: deb\nEnabled: no\n${keys}\n`), []);
  assert.deepEqual(signedBy('deb [arch=amd64 signed-by=/a.gpg,/b.gpg] http://x y z\n'), [
    'a.gpg',
    'b.gpg',
  ]);
});
