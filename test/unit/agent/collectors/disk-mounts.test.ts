import assert from 'node:assert/strict';
import { test } from 'node:test';
import { select } from '../../../../agent/collectors/disk-mounts.ts';
import { parse } from '../../../../agent/collectors/mounts.ts';

const places = (table: string): string[] =>
  select(parse(table)).flatMap(each => (each.isShown ? each.mount.mountPoint : []));

test('select() never asks network and FUSE mounts (pitfall 6)', () => {
  const types = [
    'nfs',
    'nfs4',
    'cifs',
    'smb3',
    'ceph',
    'fuse.glusterfs',
    '9p',
    'fuse.sshfs',
    'fuse.rclone',
    'davfs',
    'autofs',
    'fuse.s3fs',
    'lustre',
    'afs',
  ];
  const table = types.map((type, i) => `${i} 1 0:${i} / /mnt/${i} rw - ${type} server:/export rw`);
  assert.deepEqual(places(table.join('\n')), []);
});

test('select() has pseudo file systems, images and container layers in no list', () => {
  assert.deepEqual(
    places(`1 1 0:21 / /proc rw - proc proc rw
2 1 0:5 / /dev rw - devtmpfs udev rw
3 1 0:22 / /run rw - tmpfs tmpfs rw
4 1 7:1 / /snap/core/1 ro - squashfs /dev/loop1 ro
5 1 0:50 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw
6 1 11:0 / /media/cdrom ro - iso9660 /dev/sr0 ro
`),
    [],
  );
});

test('select() lists a file system of its own wherever it is mounted (pitfall 35)', () => {
  const at = [
    '/var/lib/docker',
    '/var/lib/docker/volumes/db/_data',
    '/var/lib/containers/storage',
    '/var/lib/kubelet',
    '/var/lib/incus/storage-pools/default',
    '/run/timeshift/backup',
    '/snap/own',
    '/etc/hosts.d',
    '/srv/docker/overlay2',
  ];
  const table = at.map((path, n) => `${n + 2} 1 8:${n} / ${path} rw - ext4 /dev/sd${n} rw`);
  assert.deepEqual(places(table.join('\n')), [...at].sort());
});

test('select() lists nothing that an engine makes for a layer, a container or a pod', () => {
  const id = 'a'.repeat(64);
  assert.deepEqual(
    places(`2 1 0:50 / /var/lib/docker/overlay2/ab/merged rw - overlay overlay rw
3 1 0:51 / /var/lib/docker/zfs/graph/ab rw - zfs tank/docker/ab rw
4 1 0:52 / /srv/containers/storage/zfs/graph/ab rw - zfs tank/podman/ab rw
5 1 0:53 / /odd/place rw - zfs tank/x/${id} rw
6 1 253:7 / /var/lib/docker/devicemapper/mnt/ab rw - xfs /dev/mapper/docker-8:1-99-ab rw
7 1 253:8 / /odd/thin rw - xfs /dev/mapper/docker-8:1-99-ac rw
8 1 8:64 / /var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/pvc/mount rw - ext4 /dev/longhorn/pvc rw
9 1 8:65 / /var/snap/microk8s/common/var/lib/kubelet/plugins/x/globalmount rw - ext4 /dev/rbd0 rw
10 1 253:9 / /run/containerd/io.containerd.runtime.v2.task/k8s.io/ab/rootfs rw - ext4 /dev/mapper/pool-snap-9 rw
11 1 253:10 / /var/lib/incus/storage-pools/lvm/containers/web rw - ext4 /dev/lvm/containers_web rw
12 1 0:54 / /var/lib/containerd/io.containerd.snapshotter.v1.zfs/snapshots/7 rw - zfs tank/containerd/7 rw
`),
    [],
  );
});

for (const [what, table, seen] of [
  [
    'below a later mount on a directory above it',
    '40 27 8:17 / /mnt/data rw - ext4 /dev/sdb1 rw\n41 27 8:33 / /mnt rw - ext4 /dev/sdc1 rw',
    ['/mnt'],
  ],
  [
    'with all that is mounted in it',
    '40 27 8:17 / /mnt/a rw - ext4 /dev/sdb1 rw\n41 40 8:18 / /mnt/a/b rw - ext4 /dev/sdb2 rw\n42 27 8:33 / /mnt rw - ext4 /dev/sdc1 rw',
    ['/mnt'],
  ],
  [
    'below a mount that lies over it',
    '40 27 8:17 / /mnt rw - ext4 /dev/sdb1 rw\n41 40 8:18 / /mnt rw - ext4 /dev/sdb2 rw\n42 41 8:19 / /mnt/c rw - ext4 /dev/sdb3 rw',
    ['/mnt', '/mnt/c'],
  ],
  [
    'by a file system that is no disk',
    '40 27 8:17 / /mnt/data rw - ext4 /dev/sdb1 rw\n41 27 0:33 / /mnt rw - tmpfs tmpfs rw',
    [],
  ],
] as const) {
  test(`select() has no row of a disk that is hidden ${what} (pitfall 36)`, () => {
    assert.deepEqual(places(table), seen);
  });
}

test('select() lists what is mounted in a mount, and what only begins with the same letters', () => {
  const table = `40 27 8:17 / /mnt rw - ext4 /dev/sdb1 rw
41 40 8:18 / /mnt/data rw - ext4 /dev/sdb2 rw
42 27 8:19 / /mn rw - ext4 /dev/sdb3 rw
43 27 8:20 / /mnt2 rw - ext4 /dev/sdb4 rw
`;
  assert.deepEqual(places(table), ['/mn', '/mnt', '/mnt/data', '/mnt2']);
});

test('select() takes a visible mount of a disk whose other mount is hidden', () => {
  const table = `40 27 8:17 / /a/x rw - ext4 /dev/sdb1 rw
41 27 8:17 / /second/place rw - ext4 /dev/sdb1 rw
42 27 8:33 / /a rw - ext4 /dev/sdc1 rw
`;
  assert.deepEqual(places(table), ['/a', '/second/place']);
});

test('select() ends on a table whose mounts are each other’s parents', () => {
  const table = '1 2 8:1 / /a rw - ext4 /dev/sda1 rw\n2 1 8:2 / /b rw - ext4 /dev/sda2 rw\n';
  assert.deepEqual(places(table), ['/a', '/b']);
});

test('select() lists flash without a /dev path', () => {
  assert.deepEqual(
    places(`1 0 0:15 / / rw - ubifs ubi0:rootfs rw,ubi=0,vol=1
2 1 31:3 / /overlay rw - jffs2 mtd:data rw
`),
    ['/', '/overlay'],
  );
});

test('select() matches excluded places on whole path components (pitfall 15)', () => {
  assert.deepEqual(
    places(`1 1 8:1 / /runner rw - ext4 /dev/sda1 rw
2 1 8:2 / /development rw - ext4 /dev/sda2 rw
3 1 8:3 / /snapshots rw - ext4 /dev/sda3 rw
4 1 8:4 / /run/media/ann/stick rw - vfat /dev/sda4 rw
5 1 8:5 / /run/timeshift rw - ext4 /dev/sda5 rw
6 1 8:6 / /system rw - ext4 /dev/sda6 rw
`),
    ['/development', '/run/media/ann/stick', '/run/timeshift', '/runner', '/snapshots', '/system'],
  );
});

test('select() lists bind mounts and btrfs subvolumes once (pitfall 15)', () => {
  assert.deepEqual(
    places(`1 1 0:33 /@ / rw - btrfs /dev/nvme0n1p2 rw,subvol=/@
2 1 0:33 /@home /home rw - btrfs /dev/nvme0n1p2 rw,subvol=/@home
3 1 0:33 / /mnt/top rw - btrfs /dev/nvme0n1p2 rw
4 1 8:17 /volumes/db /a rw - ext4 /dev/sdb1 rw
5 1 8:17 / /srv/dev-disk-by-uuid-1 rw - ext4 /dev/sdb1 rw
6 1 8:17 / /export/media rw - ext4 /dev/sdb1 rw
`),
    ['/', '/export/media'],
  );
});

test('select() takes what is seen where one mount lies over another', () => {
  const [mount, ...others] = select(
    parse(`1 1 0:40 / /mnt/backup rw - autofs systemd-1 rw
2 1 8:33 / /mnt/backup rw - ext4 /dev/sdc1 rw
`),
  );
  assert.equal(mount?.mount.fsType, 'ext4');
  assert.deepEqual(others, []);
});

test('select() lists mergerfs, which its owner wants to see (pitfall 18)', () => {
  assert.deepEqual(
    places(`1 1 8:1 / /srv/a rw - ext4 /dev/sda1 rw
2 1 0:60 / /srv/mergerfs/pool rw - fuse.mergerfs a:b rw
`),
    ['/srv/a', '/srv/mergerfs/pool'],
  );
});

test('select() leaves out snapshots that ZFS mounted by itself (pitfall 16)', () => {
  assert.deepEqual(places('1 1 0:70 / /tank/.zfs/snapshot/daily ro - zfs tank@daily ro\n'), []);
});

test('select() lets a preferred place stand for its disk (pitfall 17)', () => {
  const table = parse(`1 1 0:36 /root /sysroot ro - btrfs /dev/sda3 rw
2 1 0:36 /root/ostree/deploy/fedora/var /var rw - btrfs /dev/sda3 rw
`);
  assert.equal(select(table)[0]?.mount.mountPoint, '/sysroot');
  assert.equal(select(table, ['/var'])[0]?.mount.mountPoint, '/var');
});

test('select() takes a named place for a disk though it is an overlay, but no network mount (pitfall 17)', () => {
  const table = parse(`1 1 0:90 / / rw - overlay overlay rw,lowerdir=/a,upperdir=/b
2 1 0:91 / /mnt/nfs rw - nfs4 server:/export rw
`);
  assert.deepEqual(select(table), []);
  assert.equal(select(table, ['/'])[0]?.mount.mountPoint, '/');
  assert.deepEqual(select(table, ['/mnt/nfs']), []);
});

test('select() takes no device from a FUSE mount’s word for it (pitfall 6)', () => {
  assert.deepEqual(
    places(`1 1 0:62 / /etc/pve rw - fuse /dev/fuse rw
2 1 8:49 / /mnt/usb rw - fuseblk /dev/sdd1 rw
`),
    ['/mnt/usb'],
  );
});

test('select() leaves out the files that a container runtime mounts from the machine', () => {
  assert.deepEqual(
    places(`1 1 8:1 /var/lib/docker/containers/ab/hosts /etc/hosts rw - ext4 /dev/sda1 rw
2 1 8:1 /var/lib/docker/containers/ab/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw
3 1 8:1 /usr/lib/os-release /run/host/os-release ro - ext4 /dev/sda1 rw
`),
    [],
  );
});

test('select() takes no virtual file system for a disk because of its source’s name', () => {
  assert.deepEqual(
    places(`1 1 0:24 / /dev/shm rw - tmpfs /dev/shm rw
2 1 0:50 / /overlay rw - overlay /dev/sda1 rw
`),
    [],
  );
});
