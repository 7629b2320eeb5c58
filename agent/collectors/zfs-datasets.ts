import type { MeasuredMount } from './mounts.ts';

/** Datasets of one pool report the same free space up to what was written between two questions. */
const tolerance = 0.99;

/**
 * Makes each pool of ZFS one disk. A dataset reports its own use and the whole pool's free space as its size, so a
 * dozen of them look like a dozen disks that fill up at the same time.
 *
 * A pool stands where the root is mounted from it, else at its own mount, else at its shortest one. Its use is that of
 * all its mounted datasets together: what zvols and snapshots take is seen only as space that is no longer available,
 * and a clone counts what it shares with its origin again. Datasets with a quota have less available than the pool, and
 * are listed beside it; one with a reservation has more.
 */
export function byPool(measured: readonly MeasuredMount[]): MeasuredMount[] {
  const pools = Map.groupBy(
    measured.filter(({ mount }) => mount.fsType === 'zfs'),
    ({ mount }) => mount.source.split('/', 1)[0] ?? '',
  );
  const listed = new Map<MeasuredMount, MeasuredMount>();
  for (const datasets of pools.values()) {
    const available = poolAvailable(datasets);
    const used = datasets.reduce((sum, { space }) => sum + space.size - space.free, 0);
    const [place, ...others] = datasets
      .filter(each => each.isShown)
      .toSorted((a, b) => rank(a) - rank(b));
    if (place === undefined) continue;
    const space = { size: used + available, free: available, available };
    listed.set(place, { ...place, space });
    for (const each of others) {
      if (each.space.available < available * tolerance) listed.set(each, each);
    }
  }
  return measured.flatMap(each => (each.mount.fsType === 'zfs' ? (listed.get(each) ?? []) : each));
}

/** That of the pool's own dataset, else what most of the others say. */
function poolAvailable(datasets: readonly MeasuredMount[]): number {
  const all = datasets.map(({ space }) => space.available);
  const own = datasets.find(({ mount }) => !mount.source.includes('/'));
  const alike = (value: number): number =>
    all.filter(each => Math.min(each, value) >= Math.max(each, value) * tolerance).length;
  return own?.space.available ?? all.toSorted((a, b) => alike(b) - alike(a) || b - a)[0] ?? 0;
}

/** The lowest stands for the pool. */
function rank({ mount }: MeasuredMount): number {
  if (mount.mountPoint === '/') return -1;
  return mount.source.includes('/') ? mount.mountPoint.length : 0;
}
