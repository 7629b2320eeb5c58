import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describe,
  Filesystems,
  rootDisk,
  usedPercent,
} from '../../../../agent/collectors/filesystems.ts';
import { CallGuard } from '../../../../agent/host/call-guard.ts';
import { Host } from '../../../../agent/host/host.ts';
import type { Space } from '../../../../agent/host/recording.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { ignoreWarnings, RecordedWarnings } from './support/fakes.ts';
import { hostTree, write } from './support/host-tree.ts';
import { measured, space } from './support/measured.ts';

test('usedPercent() is the rule of df: of what a user can have, how much is gone (pitfall 14)', () => {
  // 100 GiB with 5 GiB for root: 40 used, 55 left.
  assert.equal(usedPercent(space(100, 60, 55)), 42.1);
  assert.equal(usedPercent(space(0, 0, 0)), 0);
});

test('the same disk never shows two percentages (pitfall 14)', () => {
  const disk = measured('1 1 8:1 / / rw - ext4 /dev/sda1 rw\n', space(100, 60, 55));
  const root = rootDisk([disk], { wanted: undefined, ostree: false });
  assert.equal(root.disk_percent, describe(disk).percent);
  assert.deepEqual(root, { disk_percent: 42.1, disk_total_gb: 100, disk_used_gb: 40 });
});

test('describe() shortens a device of many branches to what the hub takes (pitfall 18)', () => {
  const branches = Array.from({ length: 12 }, (_, i) => `/srv/dev-disk-by-uuid-00000000-000${i}`);
  const pool = measured(
    `1 1 0:60 / /srv/pool rw - fuse.mergerfs ${branches.join(':')} rw\n`,
    space(10, 5),
  );
  const { device } = describe(pool);
  assert.equal(device, '/srv/dev-disk-by-uuid-00000000-0000:… (12 branches)');
});

test('rootDisk() is the system’s disk where the root is an ostree image (pitfall 17)', () => {
  const disks = [measured('1 1 8:4 / /sysroot ro - xfs /dev/sda4 rw\n', space(100, 75))];
  assert.equal(rootDisk(disks, { wanted: undefined, ostree: true }).disk_percent, 25);
});

test('rootDisk() fails with what to set where the root is an overlay (pitfall 17)', () => {
  assert.throws(
    () => rootDisk([], { wanted: undefined, ostree: false }),
    /\/ is no mounted disk here\. Set root_mount/,
  );
});

test('rootDisk() is the configured mount (pitfall 17)', () => {
  const disks = [measured('1 1 8:4 / /data rw - xfs /dev/sda4 rw\n', space(10, 1))];
  assert.equal(rootDisk(disks, { wanted: '/data', ostree: false }).disk_percent, 90);
  assert.throws(() => rootDisk(disks, { wanted: '/gone', ostree: false }), /\/gone is no mounted/);
});

const table = `1 1 8:1 / / rw - ext4 /dev/sda1 rw
2 1 0:60 / /srv/pool rw - fuse.mergerfs a:b rw
3 1 8:2 / /srv/z rw - ext4 /dev/sda2 rw
`;

/** A host one of whose file systems answers only when the test lets it. */
class HangingHost extends Host {
  release = Promise.withResolvers<Space>();
  asked: string[] = [];

  override async space(mountPoint: Buffer): Promise<Space> {
    this.asked.push(mountPoint.toString());
    return mountPoint.toString() === '/srv/pool' ? await this.release.promise : space(10, 5);
  }
}

const filesystemsOf = (host: Host, clock = new FakeClock()): Filesystems =>
  new Filesystems({ host, patience: new CallGuard(clock), clock });

test('a disk that is mounted between two beats is in the second', async t => {
  const { root } = hostTree(t, { 'proc/1/mountinfo': '1 1 8:1 / / rw - ext4 /dev/sda1 rw\n' });
  const host = new HangingHost(root);
  const filesystems = filesystemsOf(host);
  const mounted = async () =>
    (await filesystems.read(ignoreWarnings, false)).map(each => each.mount.mountPoint);
  assert.deepEqual(await mounted(), ['/']);
  write(root, {
    'proc/1/mountinfo':
      '1 1 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /srv/z rw - ext4 /dev/sda2 rw\n',
  });
  assert.deepEqual(await mounted(), ['/', '/srv/z']);
});

test('a mount that never answers costs its own row, is a warning and not asked again (pitfall 6)', async t => {
  const { root } = hostTree(t, { 'proc/1/mountinfo': table });
  const host = new HangingHost(root);
  const [clock, warnings] = [new FakeClock(), new RecordedWarnings()];
  const patience = new CallGuard(clock);
  const filesystems = new Filesystems({ host, patience, clock });

  const first = filesystems.read(warnings.warn, false);
  await new Promise(setImmediate);
  clock.advance(1000);
  assert.deepEqual(
    (await first).map(each => each.mount.mountPoint),
    ['/', '/srv/z'],
  );
  assert.equal(patience.hanging, 1);

  // No time passes: the second beat does not wait.
  assert.equal((await filesystems.read(warnings.warn, false)).length, 2);
  assert.equal(host.asked.filter(path => path === '/srv/pool').length, 1);
  const silent =
    'filesystem-silent /srv/pool: /srv/pool (fuse.mergerfs) does not answer and is left out';
  assert.deepEqual(warnings.take(), [silent, silent]);

  host.release.resolve(space(100, 50));
  await new Promise(setImmediate);
  assert.equal((await filesystems.read(warnings.warn, false)).length, 3);
  assert.equal(patience.hanging, 0);
  assert.deepEqual(warnings.take(), []);
});

test('a mount that cannot be asked costs its own row and is a warning', async t => {
  const { host } = hostTree(t, {
    'proc/1/mountinfo': table,
    'recorded/statfs.json': JSON.stringify({
      '/': { bsize: 4096, blocks: 1000, bfree: 500, bavail: 400 },
    }),
  });
  const warnings = new RecordedWarnings();
  const filesystems = filesystemsOf(host);
  assert.equal((await filesystems.read(warnings.warn, false)).length, 1);
  const [pool = '', ...more] = warnings.take();
  assert.match(pool, /^filesystem-unreadable \/srv\/pool: .*No statfs recorded for \/srv\/pool/);
  assert.equal(more.length, 1);
});

test('a file system without a size is no disk', async t => {
  const { host } = hostTree(t, {
    'proc/1/mountinfo': '1 1 8:1 / / rw - ext4 /dev/sda1 rw\n',
    'recorded/statfs.json': '{"/":{"bsize":4096,"blocks":0,"bfree":0,"bavail":0}}',
  });
  assert.deepEqual(await filesystemsOf(host).read(ignoreWarnings, false), []);
});

test('an automount with an idle limit is asked when it was mounted, and then only after twice the limit (pitfall 37)', async t => {
  const trigger = '2 1 0:40 / /mnt/backup rw - autofs systemd-1 rw,fd=52,timeout=120,direct\n';
  const disk = (id: number) => `${id} 2 8:33 / /mnt/backup rw - ext4 /dev/sdc1 rw\n`;
  const root = '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n';
  const tree = hostTree(t, { 'proc/1/mountinfo': `${root}${trigger}${disk(3)}` });
  const [host, clock] = [new HangingHost(tree.root), new FakeClock()];
  const filesystems = filesystemsOf(host, clock);
  const beat = async (seconds: number) => {
    clock.advance(seconds * 1000);
    host.asked = [];
    const mounted = (await filesystems.read(ignoreWarnings, false)).map(
      each => each.mount.mountPoint,
    );
    return [mounted.includes('/mnt/backup'), host.asked.includes('/mnt/backup')];
  };
  assert.deepEqual(await beat(0), [true, true]);
  assert.deepEqual(await beat(60), [true, false]);
  assert.deepEqual(await beat(179), [true, false]);
  assert.deepEqual(await beat(1), [true, true]);
  write(tree.root, { 'proc/1/mountinfo': `${root}${trigger}` });
  assert.deepEqual(await beat(60), [false, false]);
  write(tree.root, { 'proc/1/mountinfo': `${root}${trigger}${disk(4)}` });
  assert.deepEqual(await beat(60), [true, true]);
  write(tree.root, {
    'proc/1/mountinfo': `${root}${trigger.replace('timeout=120', 'timeout=0')}${disk(4)}`,
  });
  assert.deepEqual(await beat(60), [true, true]);
});

test('a disk below a private directory is a warning that says why', async t => {
  const { root } = hostTree(t, {
    'proc/1/mountinfo': '1 0 8:1 / /media/alice/usb rw - ext4 /dev/sda1 rw\n',
  });
  const host = new Host(root);
  host.space = () => Promise.reject(Object.assign(new Error('EACCES: statfs'), { code: 'EACCES' }));
  const warnings = new RecordedWarnings();
  assert.deepEqual(await filesystemsOf(host).read(warnings.warn, false), []);
  assert.deepEqual(warnings.take(), [
    'filesystem-unreadable /media/alice/usb: /media/alice/usb (ext4) is left out: the agent may not enter a directory above it',
  ]);
});

test('space below 0 for ordinary users, which reads as almost 2^64 blocks, is a full disk (pitfall 38)', async t => {
  const { host } = hostTree(t, {
    'proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
    'recorded/statfs.json':
      '{"/":{"bsize":4096,"blocks":1000,"bfree":0,"bavail":18446744073709551516}}',
  });
  const [disk] = await filesystemsOf(host).read(ignoreWarnings, false);
  assert.ok(disk);
  assert.partialDeepStrictEqual(describe(disk), {
    used_bytes: 4096000,
    available_bytes: 0,
    percent: 100,
  });
});
