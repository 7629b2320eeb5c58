import type { Mount } from './mounts.ts';

/**
 * File systems that lie on a device of their own choosing, so that their source is no /dev path. mergerfs and unRAID's
 * shfs are FUSE but local: people want to see the pool that they made.
 */
const pooled = new Set(['btrfs', 'zfs', 'bcachefs', 'fuse.mergerfs', 'mergerfs', 'fuse.shfs']);

/** Read-only images, which are always full. */
const images = new Set(['squashfs', 'erofs', 'iso9660', 'udf', 'cramfs', 'romfs']);

/**
 * Not disks, matched on whole path components (/runner and /snapshots are disks). The three files below /etc
 * are what container runtimes mount from the machine.
 */
const excluded =
  /^\/(?:dev|proc|sys|snap|run(?!\/media\/)|var\/snap|var\/lib\/(?:docker|containers\/storage|kubelet|lxcfs|snapd)|etc\/(?:hosts|hostname|resolv\.conf))(?:\/|$)/;

/**
 * The mounts that are disks, each disk once. Network and FUSE mounts are none of them: asking one whose server is away
 * never returns.
 *
 * @param preferred configured mount points: they stand for their disk before any other, and are disks even
 *   where they do not look it, as the overlay that is a container's root
 */
export function select(mounts: readonly Mount[], preferred: readonly string[] = []): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const mount of visible(mounts)) {
    if (!isDisk(mount) && !(preferred.includes(mount.mountPoint) && isLocal(mount))) continue;
    const other = byDevice.get(mount.deviceNumber);
    if (other === undefined || comparePlace(mount, other, preferred) < 0) {
      byDevice.set(mount.deviceNumber, mount);
    }
  }
  return [...byDevice.values()].sort((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1));
}

/** The mounts that are disks, all of them, but for those over which another lies. */
export function seen(mounts: readonly Mount[]): Mount[] {
  return visible(mounts).filter(isDisk);
}

/** Of several mounts at one place the last is the one that is seen. */
function visible(mounts: readonly Mount[]): Mount[] {
  return [...new Map(mounts.map(mount => [mount.mountPoint, mount])).values()];
}

function isDisk({ fsType, source, mountPoint }: Mount): boolean {
  if (images.has(fsType) || excluded.test(mountPoint)) return false;
  // FUSE, whatever its source says: that of Proxmox's /etc/pve is /dev/fuse. fuseblk is NTFS and exFAT.
  if (/^fuse(?:\.|$)/.test(fsType) && !pooled.has(fsType)) return false;
  // A ZFS snapshot, mounted on access.
  if (fsType === 'zfs' && source.includes('@')) return false;
  return pooled.has(fsType) || source.startsWith('/dev/');
}

/** Served by another machine or a program, which may not answer. */
function isLocal({ fsType }: Mount): boolean {
  return !/^(?:fuse(?:\.|$)|nfs|cifs$|smb|ceph$|9p$|afs$|lustre$|autofs$|davfs$|glusterfs$|virtiofs$)/.test(
    fsType,
  );
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
