import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Mount, parse, read as readTable } from '../../../../agent/collectors/mounts.ts';
import type { Host } from '../../../../agent/host/host.ts';
import { hostTree } from './support/host-tree.ts';

const read = (host: Host): Mount[] => {
  const { text, ofSandbox } = readTable(host);
  return parse(text, ofSandbox);
};
test('parse() reads a line with and without optional fields', () => {
  const [plain, tagged] = parse(`22 1 254:0 / / rw,relatime - ext4 /dev/vda1 rw,errors=remount-ro
36 22 8:1 /sub /mnt/a rw,noatime shared:7 master:1 - xfs /dev/sda1 rw
`);
  assert.equal(plain?.deviceNumber, '254:0');
  assert.equal(plain?.fsType, 'ext4');
  assert.equal(tagged?.root, '/sub');
  assert.equal(tagged?.source, '/dev/sda1');
});

test('parse() passes over lines of another form', () => {
  assert.deepEqual(parse('\nnonsense\n1 2 3:4 / /x rw\n - ext4 a b\n'), []);
});

test('parse() decodes octal escapes in mount point and device (pitfall 13)', () => {
  const [mount] = parse(
    '1 2 8:1 / /mnt/my\\040disk\\011a\\134b rw - ext4 /dev/disk/by-label/a\\040b rw\n',
  );
  assert.equal(mount?.mountPoint, '/mnt/my disk\ta\\b');
  assert.equal(mount?.source, '/dev/disk/by-label/a b');
});

test('parse() keeps the bytes of a name that is not UTF-8 (pitfall 13)', t => {
  const { host } = hostTree(t, {
    'proc/1/mountinfo': '1 2 8:1 / /mnt/caf\xe9 rw - ext4 /dev/sda1 rw\n',
  });
  const [mount] = read(host);
  assert.deepEqual(mount?.mountPointBytes, Buffer.from('/mnt/caf\xe9', 'latin1'));
  assert.equal(mount?.mountPoint, '/mnt/caf\ufffd');
});

test('parse() reads UTF-8 names as people see them', t => {
  const utf8 = Buffer.from('/mnt/café').toString('latin1');
  const { host } = hostTree(t, {
    'proc/1/mountinfo': `1 2 8:1 / ${utf8} rw - ext4 /dev/sda1 rw\n`,
  });
  assert.equal(read(host)[0]?.mountPoint, '/mnt/café');
});

test('read-only is said by the mount, the file system, or the kernel after an error (pitfall 12)', () => {
  const readOnly = (options: string, superOptions: string) =>
    parse(`1 2 8:1 / /mnt ${options} - ext4 /dev/sda1 ${superOptions}\n`)[0]?.readOnly;
  assert.equal(readOnly('ro,relatime', 'rw'), true);
  assert.equal(readOnly('rw,relatime', 'ro'), true);
  assert.equal(readOnly('rw', 'rw,emergency_ro'), true);
  assert.equal(readOnly('rw', 'rw,errors=remount-ro'), false);
});

test('read() takes the table of PID 1, not the one of our sandbox (pitfall 12)', t => {
  const { host } = hostTree(t, {
    'proc/1/mountinfo': '1 2 8:1 / / rw - ext4 /dev/sda1 rw\n',
    'proc/self/mountinfo': '1 2 8:1 / / ro - ext4 /dev/sda1 rw\n',
  });
  assert.equal(read(host)[0]?.readOnly, false);
});

test('read() falls back to its own table where PID 1’s is hidden (pitfall 12)', t => {
  // The sandbox has mounted everything read-only; the second one is so by itself.
  const { host } = hostTree(t, {
    'proc/self/mountinfo':
      '1 2 8:1 / / ro - ext4 /dev/sda1 rw\n3 1 8:2 / /a ro - ext4 /dev/sda2 ro\n',
  });
  assert.deepEqual(
    read(host).map(each => each.readOnly),
    [false, true],
  );
  assert.throws(() => read(hostTree(t, {}).host), /Cannot read the mount table/);
});
