import type { MeasuredMount } from './filesystems.ts';

/** Datasets of one pool report the same free space up to what was written between two questions. */
const tolerance = 0.99;

/**
 * Leaves out the datasets of ZFS that have no limit of their own. Each reports its own use and the whole pool's free
 * space as its size, so a dozen of them look like a dozen disks, all filling at once.
 *
 * Kept: the root, the pool (its name has no slash) or what stands for it, and datasets with a quota, which have less
 * available than the pool.
 */
export function withoutShared(measured: readonly MeasuredMount[]): MeasuredMount[] {
  const available = new Map<string, number>();
  const standsFor = new Map<string, MeasuredMount>();
  for (const each of measured.filter(isZfs)) {
    const pool = poolOf(each);
    available.set(pool, Math.max(available.get(pool) ?? 0, each.space.available));
    const other = standsFor.get(pool);
    if (other === undefined || rank(each) < rank(other)) standsFor.set(pool, each);
  }
  return measured.filter(each => {
    if (!isZfs(each) || each.mount.mountPoint === '/') return true;
    if (standsFor.get(poolOf(each)) === each || !each.mount.source.includes('/')) return true;
    return each.space.available < (available.get(poolOf(each)) ?? 0) * tolerance;
  });
}

function isZfs({ mount }: MeasuredMount): boolean {
  return mount.fsType === 'zfs';
}

function poolOf({ mount }: MeasuredMount): string {
  return mount.source.split('/', 1)[0] ?? '';
}

/** Lower is nearer to being the pool: its own dataset, the root of the host, then the shortest path. */
function rank({ mount }: MeasuredMount): number {
  if (!mount.source.includes('/')) return 0;
  return mount.mountPoint.length;
}
