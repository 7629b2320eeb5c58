import type { Mount } from './mounts.ts';

/**
 * The mounts that their own path leads to. One is hidden where a later mount lies over it or over a directory above it:
 * at its path the other file system answers then. Takes time linear in their number, as a host may have thousands.
 *
 * @param mounts in the order of the table, which is that of mounting
 */
export function reachable(mounts: readonly Mount[]): Mount[] {
  const parents = new Map(mounts.map(mount => [mount.id, mount]));
  const order = new Map(mounts.map((mount, at) => [mount, at]));
  /** By the mount in which they lie, and by their place in it. */
  const children = new Map(
    [...Map.groupBy(mounts, ({ parent }) => parent)].map(([id, group]) => [
      id,
      Map.groupBy(group, ({ mountPoint }) => mountPoint),
    ]),
  );
  const known = new Map<Mount, boolean>();

  const isHidden = (mount: Mount): boolean => {
    const siblings = mount.parent === mount.id ? undefined : children.get(mount.parent);
    const at = order.get(mount) ?? 0;
    return placesAbove(mount.mountPoint).some(place =>
      siblings?.get(place)?.some(each => (order.get(each) ?? 0) > at && hides(each, mount)),
    );
  };
  const isEntered = (mount: Mount): boolean => {
    const chain: Mount[] = [];
    let above: Mount | undefined = mount;
    while (above !== undefined && !known.has(above)) {
      // A loop in a damaged table ends here.
      known.set(above, true);
      chain.push(above);
      above = parents.get(above.parent);
    }
    let entered = above === undefined || known.get(above) === true;
    for (const each of chain.reverse()) {
      entered &&= !isHidden(each);
      known.set(each, entered);
    }
    return entered;
  };
  const isCovered = (mount: Mount): boolean =>
    children
      .get(mount.id)
      ?.get(mount.mountPoint)
      ?.some(each => each !== mount) === true;
  return mounts.filter(mount => isEntered(mount) && !isCovered(mount));
}

/** `/srv/data`, `/srv` and `/` for `/srv/data`. */
function placesAbove(path: string): string[] {
  const places = [path];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    places.push(path.slice(0, end));
  }
  return path === '/' ? places : [...places, '/'];
}

/** Whether a later mount at or above the place of another hides it. */
function hides(later: Mount, { mountPoint, source, fsType }: Mount): boolean {
  if (later.mountPoint === mountPoint) return true;
  // zfs mounts a dataset after the one above it, whatever the order of the table.
  const isSamePool = source.split('/', 1)[0] === later.source.split('/', 1)[0];
  return !(fsType === 'zfs' && later.fsType === 'zfs' && isSamePool);
}
