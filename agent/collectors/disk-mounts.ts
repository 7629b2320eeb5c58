import { reachable } from './mount-tree.ts';
import type { Mount } from './mounts.ts';

/**
 * File systems that lie on a device of their own choosing, so that their source is no /dev path (`ubi0:rootfs`, a
 * pool's name). mergerfs, mhddfs and unRAID's shfs are FUSE but local: people want to see the pool that they made.
 */
const pooled = new Set([
  'btrfs',
  'zfs',
  'bcachefs',
  'ubifs',
  'jffs2',
  'yaffs',
  'yaffs2',
  'fuse.mergerfs',
  'mergerfs',
  'fuse.mhddfs',
  'fuse.shfs',
]);

/** Read-only images, which are always full, and what lies on no disk, whatever its source is called. */
const without = new Set([
  ...['squashfs', 'erofs', 'iso9660', 'udf', 'cramfs', 'romfs'],
  ...['tmpfs', 'ramfs', 'devtmpfs', 'overlay'],
]);

/** A disk is shown wherever it is mounted. */
export interface Disk {
  mount: Mount;
  /** False for what an engine made: it has no row, and counts in its pool's use alone. */
  isShown: boolean;
  /** Seconds without use after which an automount unmounts it; 0 if it stays. */
  idleSeconds: number;
}

/**
 * The mounts that are disks, each disk once. Network and FUSE mounts are none of them: asking one whose server is away
 * never returns.
 *
 * @param preferred configured mount points: they stand for their disk before any other, and are disks even
 *   where they do not look it, as the overlay that is a container's root
 */
export function select(mounts: readonly Mount[], preferred: readonly string[] = []): Disk[] {
  const byDevice = new Map<string, Mount>();
  for (const mount of reachable(mounts)) {
    if (!isDisk(mount) && !(preferred.includes(mount.mountPoint) && isLocal(mount))) continue;
    if (isEngines(mount) && mount.fsType !== 'zfs') continue;
    const other = byDevice.get(mount.deviceNumber);
    if (other === undefined || comparePlace(mount, other, preferred) < 0) {
      byDevice.set(mount.deviceNumber, mount);
    }
  }
  const parents = new Map(mounts.map(mount => [mount.id, mount]));
  return [...byDevice.values()]
    .sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1))
    .map(mount => ({
      mount,
      isShown: !isEngines(mount),
      idleSeconds: idleSeconds(parents.get(mount.parent)),
    }));
}

/** The mounts that are disks, all of them that a path reaches. */
export function seen(mounts: readonly Mount[]): Mount[] {
  return reachable(mounts).filter(isDisk);
}

function isDisk({ fsType, source, root, mountPoint }: Mount): boolean {
  if (without.has(fsType) || (root !== '/' && isRuntimesFile(mountPoint))) return false;
  // FUSE, whatever its source says: that of Proxmox's /etc/pve is /dev/fuse. fuseblk is NTFS and exFAT.
  if (/^fuse(?:\.|$)/.test(fsType) && !pooled.has(fsType)) return false;
  // A ZFS snapshot, mounted on access.
  if (fsType === 'zfs' && source.includes('@')) return false;
  return pooled.has(fsType) || source.startsWith('/dev/');
}

/** What container runtimes mount into a container from the machine's disk, beside what the person asked for. */
function isRuntimesFile(mountPoint: string): boolean {
  return /^\/(?:(?:dev|proc|sys|run\/(?:host|secrets))(?:\/|$)|etc\/(?:hosts|hostname|resolv\.conf)$)/.test(
    mountPoint,
  );
}

/**
 * Made by an engine for one layer, container or pod, wherever its directory is. On overlay2 these are no disks to begin
 * with; this is about drivers that mount datasets and devices.
 */
function isEngines({ mountPoint, source, fsType }: Mount): boolean {
  return (
    // Kubernetes' volumes: k3s, k0s and microk8s have the directory elsewhere.
    /\/kubelet\/(?:pods|plugins)\//.test(mountPoint) ||
    // Docker's and Podman's drivers zfs and devicemapper, containerd's snapshotters.
    /\/(?:zfs\/graph|devicemapper\/mnt|io\.containerd\.[^/]+)\//.test(mountPoint) ||
    /^\/run\/(?:containerd|docker|containers|crio)\//.test(mountPoint) ||
    /^\/dev\/mapper\/(?:docker|container)-\d+:\d+-/.test(source) ||
    (fsType === 'zfs' && /\/[0-9a-f]{64}(?:-init)?$/.test(source)) ||
    // Instances of LXD and Incus; their pools are disks.
    /\/(?:lxd|incus)\/storage-pools\/[^/]+\/[^/]+\//.test(mountPoint)
  );
}

/** Served by another machine or a program, which may not answer. */
function isLocal({ fsType }: Mount): boolean {
  return !/^(?:fuse(?:\.|$)|nfs|cifs$|smb|ceph$|9p$|afs$|lustre$|autofs$|davfs$|glusterfs$|virtiofs$)/.test(
    fsType,
  );
}

/** `systemd-1 rw,fd=52,pgrp=1,timeout=600,minproto=5,maxproto=5,direct` */
function idleSeconds(parent: Mount | undefined): number {
  if (parent?.fsType !== 'autofs') return 0;
  return Number(/(?:^|,)timeout=(\d+)/.exec(parent.superOptions)?.[1] ?? 0);
}

/** The better of two mounts of one device: a preferred place, a whole file system, then the shorter path. */
function comparePlace(a: Mount, b: Mount, preferred: readonly string[]): number {
  const places = [...preferred, '/', '/sysroot'];
  const rank = ({ mountPoint }: Mount): number => places.indexOf(mountPoint) + 1 || Infinity;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return (
    Number(b.root === '/') - Number(a.root === '/') || a.mountPoint.length - b.mountPoint.length
  );
}
