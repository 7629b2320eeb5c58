import type { Mount } from './mounts.ts';

/**
 * The mounts that their own path leads to. One is hidden where a later mount lies over it or over a directory above it:
 * at its path the other file system answers then.
 *
 * @param mounts in the order of the table, which is that of mounting
 */
export function reachable(mounts: readonly Mount[]): Mount[] {
  const parents = new Map(mounts.map(mount => [mount.id, mount]));
  const children = Map.groupBy(mounts, mount => mount.parent);
  const order = new Map(mounts.map((mount, at) => [mount, at]));
  const known = new Map<Mount, boolean>();

  const isEntered = (mount: Mount): boolean => {
    const before = known.get(mount);
    if (before !== undefined) return before;
    // A loop in a damaged table ends here.
    known.set(mount, true);
    const at = order.get(mount) ?? 0;
    const siblings = mount.parent === mount.id ? [] : (children.get(mount.parent) ?? []);
    const parent = parents.get(mount.parent);
    const entered =
      !siblings.some(each => (order.get(each) ?? 0) > at && hides(each, mount)) &&
      (parent === undefined || isEntered(parent));
    known.set(mount, entered);
    return entered;
  };
  const isCovered = (mount: Mount): boolean =>
    (children.get(mount.id) ?? []).some(
      each => each !== mount && each.mountPoint === mount.mountPoint,
    );
  return mounts.filter(mount => isEntered(mount) && !isCovered(mount));
}

/** Of two mounts in one file system, whether the later lies at or above the place of the other. */
function hides(later: Mount, { mountPoint, source, fsType }: Mount): boolean {
  if (later.mountPoint === mountPoint) return true;
  const directory = later.mountPoint === '/' ? '/' : `${later.mountPoint}/`;
  if (!mountPoint.startsWith(directory)) return false;
  // zfs mounts a dataset after the one above it, whatever the order of the table.
  const isSamePool = source.split('/', 1)[0] === later.source.split('/', 1)[0];
  return !(fsType === 'zfs' && later.fsType === 'zfs' && isSamePool);
}
