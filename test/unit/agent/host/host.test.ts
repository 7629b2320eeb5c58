import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host } from '../../../../agent/host/host.ts';
import { hostTree } from '../collectors/support/host-tree.ts';

test('read() gives a file’s text, and null for what is not there', t => {
  const { host } = hostTree(t, { 'proc/uptime': '1.00 2.00\n' });
  assert.equal(host.read('proc/uptime'), '1.00 2.00\n');
  assert.equal(host.read('proc/loadavg'), null);
  assert.equal(host.read('proc/uptime/below'), null);
});

test('read() throws for a file that may not be read, and names it as the host does', t => {
  const { host } = hostTree(t, { 'proc/net/dev/x': '' });
  assert.throws(() => host.read('proc/net/dev'), /^Error: Cannot read \/proc\/net\/dev: EISDIR$/);
  assert.equal(host.attribute('proc/net/dev'), null);
});

test('read() reads texts longer than one page or one buffer whole', t => {
  const text = 'x'.repeat(200_001);
  const { host } = hostTree(t, { 'proc/1/mountinfo': text, exact: 'y'.repeat(65_536) });
  assert.equal(host.read('proc/1/mountinfo'), text);
  assert.equal(host.read('exact')?.length, 65_536);
});

test('read() trusts no file to have an end', () => {
  assert.throws(() => new Host('/').read('dev/zero'), /Cannot read \/dev\/zero/);
});

test('read() of a file of procfs, whose size is 0, gives its text', () => {
  assert.match(new Host('/').read('proc/self/status') ?? '', /^Name:/);
});

test('link() names what a link points at', t => {
  const { host } = hostTree(t, { 'sys/class/net/eth0/master': '-> ../../vmbr0', plain: '' });
  assert.equal(host.link('sys/class/net/eth0/master'), 'vmbr0');
  assert.equal(host.link('plain'), null);
  assert.equal(host.link('absent'), null);
});

test('space() of a live host is that of statfs in bytes', async () => {
  const { size, free, available } = await new Host('/').space(Buffer.from('/'));
  assert.ok(size >= free && free >= available && available >= 0);
});

test('a recorded host answers statfs, times and commands from its record', async t => {
  const { host } = hostTree(t, {
    'recorded/statfs.json': '{"/":{"bsize":4096,"blocks":10,"bfree":5,"bavail":4}}',
    'recorded/mtimes.json': '{"var/lib/dpkg/status":"2026-11-20T00:00:00Z"}',
    'recorded/commands/apt-get.txt': 'Inst …\n',
  });
  assert.deepEqual(await host.space(Buffer.from('/')), {
    size: 40960,
    free: 20480,
    available: 16384,
  });
  assert.equal(host.modified('var/lib/dpkg/status'), Date.UTC(2026, 10, 20));
  assert.equal(host.modified('var/lib/apt/lists'), null);
  assert.equal(host.recorded('systemctl'), null);
});

test('a recorded host reads one interval later from the second reading on', t => {
  const { host } = hostTree(t, {
    'proc/uptime': '1000.00 1\n',
    'recorded/later/proc/uptime': '1060.00 1\n',
    'proc/loadavg': 'same\n',
  });
  const twice = (path: string) => [host.read(path), host.read(path), host.read(path)];
  assert.deepEqual(twice('proc/uptime'), ['1000.00 1\n', '1060.00 1\n', '1060.00 1\n']);
  assert.deepEqual(twice('proc/loadavg'), ['same\n', 'same\n', 'same\n']);
});
