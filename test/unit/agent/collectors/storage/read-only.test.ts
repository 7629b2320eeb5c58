import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seen } from '../../../../../agent/collectors/disk-mounts.ts';
import { parse as parseMounts } from '../../../../../agent/collectors/mounts.ts';
import { parse } from '../../../../../agent/collectors/storage/fstab.ts';
import { judge } from '../../../../../agent/collectors/storage/read-only.ts';

test('parse() reads a line’s place, type and whether it is read-only', () => {
  const text = `# /etc/fstab: static file system information.
UUID=aa / ext4 errors=remount-ro 0 1
UUID=bb none swap sw 0 0
/dev/sdb1\t/srv/my\\040disk\text4\tdefaults,ro,nofail 0 2
LABEL=c /mnt/c/ auto
tmpfs /tmp tmpfs rw,ro,rw 0 0

nonsense
`;
  assert.deepEqual(parse(text), [
    { mountPoint: '/', fsType: 'ext4', readOnly: false },
    { mountPoint: '/srv/my disk', fsType: 'ext4', readOnly: true },
    { mountPoint: '/mnt/c', fsType: 'auto', readOnly: false },
    { mountPoint: '/tmp', fsType: 'tmpfs', readOnly: false },
  ]);
});

const found = (fstab: string, table: string): string[] =>
  judge(parse(fstab), seen(parseMounts(table))).findings.map(({ subject }) => subject);

test('a file system that the kernel made read-only is a fault', () => {
  const fstab = 'UUID=aa / ext4 errors=remount-ro 0 1\nUUID=b /srv xfs defaults 0 2\n';
  assert.deepEqual(
    found(fstab, '1 1 8:1 / / ro,relatime - ext4 /dev/sda1 ro,errors=remount-ro\n'),
    ['/'],
  );
  assert.deepEqual(found(fstab, '1 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw,emergency_ro\n'), [
    '/',
  ]);
  assert.deepEqual(found(fstab, '1 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n'), []);
});

test('what fstab wants read-only, or does not name, may be so', () => {
  const table = '1 1 8:1 / /boot ro - ext4 /dev/sda1 ro\n2 1 8:2 / /mnt ro - ext4 /dev/sda2 ro\n';
  assert.deepEqual(found('UUID=aa /boot ext4 ro 0 1\n', table), []);
});

test('a bind mount, or a sandbox, that is read-only over a writable file system is no fault', () => {
  assert.deepEqual(
    found('UUID=aa / ext4 defaults 0 1\n', '1 1 8:1 / / ro - ext4 /dev/sda1 rw\n'),
    [],
  );
});

test('an image or an overlay in place of what fstab names is no fault', () => {
  const fstab = 'UUID=aa / ext4 defaults 0 1\n/dev/sr0 /media/cd auto user 0 0\n';
  const table =
    '1 1 0:29 / / ro - overlay overlay ro\n2 1 11:0 / /media/cd ro - iso9660 /dev/sr0 ro\n';
  assert.deepEqual(found(fstab, table), []);
});

test('a network mount that its server makes read-only is no fault', () => {
  assert.deepEqual(
    found('nas:/a /mnt/a nfs4 defaults 0 0\n', '1 1 0:40 / /mnt/a ro - nfs4 nas:/a ro\n'),
    [],
  );
});

test('of several mounts at one place the one that is seen counts', () => {
  const table = '1 1 0:40 / /b ro - autofs systemd-1 ro\n2 1 8:33 / /b rw - ext4 /dev/sdc1 rw\n';
  const { watched, findings } = judge(
    parse('UUID=c /b ext4 noauto 0 0\n'),
    seen(parseMounts(table)),
  );
  assert.deepEqual([watched, findings], [['mount /b'], []]);
});

test('what is not mounted is not watched', () => {
  assert.deepEqual(judge(parse('UUID=c /b ext4 noauto 0 0\n'), []), { watched: [], findings: [] });
});
