import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host } from '../../../../agent/host/host.ts';
import { aptOn, debian } from './support/apt-host.ts';
import { hostTree } from './support/host-tree.ts';

const update = 'Inst a [1] (2 Debian-Security:12/stable-security [all])\n';

test('a file that apt-get could not read makes the count unknown and is named; other warnings do not (pitfall 39)', async t => {
  const { host } = hostTree(t, debian);
  const readWith = async (stderr: string) => {
    const { read, command, warnings } = aptOn(host, () => update);
    const run = command.run.bind(command);
    command.run = async (...args) => ({ ...(await run(...args)), stderr });
    const { updates_available } = await read(true);
    return [updates_available, ...warnings.take()];
  };
  assert.deepEqual(
    await readWith(
      'W: Unable to read /etc/apt/preferences.d/my pin - open (13: Permission denied)',
    ),
    [
      null,
      'apt-file-unreadable /etc/apt/preferences.d/my pin: Updates are unknown, since the agent may not read /etc/apt/preferences.d/my pin: make it readable for all',
    ],
  );
  assert.deepEqual(await readWith('W: Target Packages is configured multiple times\n'), [1]);
});

/** A host some of whose files only root may read. */
class Guarded extends Host {
  #hidden: string;

  constructor(root: string, hidden: string) {
    super(root);
    this.#hidden = hidden;
  }

  override isReadable(path: string): boolean {
    return path !== this.#hidden;
  }
}

for (const hidden of [
  'etc/apt/sources.list.d/x.sources',
  'etc/apt/preferences.d/pin',
  'etc/apt/apt.conf.d/99x',
  'etc/apt/trusted.gpg.d/x.asc',
  'etc/apt/keyrings/x.gpg',
  'usr/share/keyrings/elsewhere.gpg',
  'usr/share/keyrings/second.gpg',
]) {
  test(`updates are unknown where /${hidden} is for root alone, without asking apt`, async t => {
    const { root } = hostTree(t, {
      ...debian,
      'etc/apt/sources.list':
        'deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg,/usr/share/keyrings/second.gpg] http://a b c\n',
      'etc/apt/sources.list.d/x.sources':
        'Types: deb\nSigned-By: /usr/share/keyrings/elsewhere.gpg\n# Signed-By: /old.gpg\n',
      [hidden]: hidden.startsWith('etc/apt/sources') ? 'Types: deb\n' : '',
    });
    const { read, command, warnings } = aptOn(new Guarded(root, hidden), () => update);
    assert.equal((await read(true)).updates_available, null);
    assert.match(warnings.take().join(), new RegExp(`^apt-file-unreadable /${hidden}: `));
    assert.deepEqual(command.calls, []);
  });
}

test('a file that apt does not read either is no reason to count nothing', async t => {
  for (const hidden of [
    'etc/apt/sources.list.d/x.list.save',
    'etc/apt/sources.list.d/.x.list.swp',
    'etc/apt/apt.conf.d/99x.dpkg-old',
    'etc/apt/preferences.d/pin.bak',
  ]) {
    const { root } = hostTree(t, { ...debian, [hidden]: '' });
    const { read, warnings } = aptOn(new Guarded(root, hidden), () => update);
    assert.deepEqual([(await read(true)).updates_available, warnings.take()], [1, []]);
  }
});

for (const hidden of ['var/lib/apt/lists', 'etc/apt/sources.list.d', 'etc/apt/keyrings']) {
  test(`updates are unknown where the directory /${hidden} is for root alone`, async t => {
    const { root } = hostTree(t, { ...debian, [`${hidden}/x`]: '' });
    const host = new Guarded(root, hidden);
    host.list = path => {
      if (path === hidden) throw new Error(`Cannot read /${path}: EACCES`);
      return Host.prototype.list.call(host, path);
    };
    const { read, command, warnings } = aptOn(host, () => update);
    assert.equal((await read(true)).updates_available, null);
    assert.match(warnings.take().join(), new RegExp(`^apt-file-unreadable /${hidden}: `));
    assert.deepEqual(command.calls, []);
  });
}
