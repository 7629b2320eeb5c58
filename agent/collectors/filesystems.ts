import type { Filesystem, Metrics } from '../contract/heartbeat.ts';
import { type CallGuard, NoAnswer } from '../host/call-guard.ts';
import type { Host } from '../host/host.ts';
import type { Space } from '../host/recording.ts';
import { percentOf } from '../lib/percent-of.ts';
import type { Warn } from './collector-run.ts';
import * as diskMounts from './disk-mounts.ts';
import type { MeasuredMount } from './mounts.ts';
import * as mounts from './mounts.ts';
import { byPool } from './zfs-datasets.ts';

type RootDisk = Pick<Metrics, 'disk_percent' | 'disk_total_gb' | 'disk_used_gb'>;

/** The host's disks with their space. Each file system is asked once a beat, and one that hangs is not asked again. */
export class Filesystems {
  readonly #host: Host;
  readonly #patience: CallGuard;
  /** What the disks were selected from, and which they are: a mount table is long, and the same for weeks. */
  #selectedFrom = '';
  #disks: readonly mounts.Mount[] = [];

  constructor(deps: { host: Host; patience: CallGuard }) {
    this.#host = deps.host;
    this.#patience = deps.patience;
  }

  /**
   * One after the other, so that at most one more of libuv's threads can hang at a time.
   *
   * @param keepAllDatasets of ZFS too: in a container they are what it was given
   * @param preferred mount points that stand for their disk before any other
   */
  async read(
    warn: Warn,
    keepAllDatasets: boolean,
    preferred: readonly string[] = [],
  ): Promise<MeasuredMount[]> {
    const measured: MeasuredMount[] = [];
    for (const mount of this.#select(preferred)) {
      const space = await this.#space(warn, mount);
      // 0 blocks: a file system without a size, such as an autofs trigger.
      if (space !== null && space.size > 0) measured.push({ mount, space });
    }
    return keepAllDatasets ? measured : byPool(measured);
  }

  #select(preferred: readonly string[]): readonly mounts.Mount[] {
    const table = mounts.read(this.#host);
    const from = [...preferred, table].join('\n');
    if (from !== this.#selectedFrom) {
      this.#disks = diskMounts.select(mounts.parse(table), preferred);
      this.#selectedFrom = from;
    }
    return this.#disks;
  }

  async #space(warn: Warn, mount: mounts.Mount): Promise<Space | null> {
    const { mountPoint: path, fsType: type } = mount;
    try {
      return await this.#patience.run(`filesystem ${path}`, () =>
        this.#host.space(mount.mountPointBytes),
      );
    } catch (error) {
      if (error instanceof NoAnswer) {
        warn('filesystem-silent', `${path} (${type}) does not answer and is left out`, path);
      } else {
        const reason = error instanceof Error ? error.message : String(error);
        warn('filesystem-unreadable', `${path} cannot be asked and is left out: ${reason}`, path);
      }
      return null;
    }
  }
}

export function describe({ mount, space }: MeasuredMount): Filesystem {
  const used = Math.max(0, space.size - space.free);
  return {
    mount_point: mount.mountPoint,
    device: shortDevice(mount.source),
    fs_type: mount.fsType,
    total_bytes: space.size,
    used_bytes: used,
    available_bytes: space.available,
    percent: usedPercent(space),
    is_read_only: mount.readOnly,
  };
}

/** The used share of what an ordinary user can have: the rule of `df`, the same wherever a disk is shown. */
export function usedPercent({ size, free, available }: Space): number {
  const used = Math.max(0, size - free);
  return percentOf(used, used + available);
}

/**
 * The disk that `disk_percent` speaks of: `root_mount` where it is configured, the system's disk at /sysroot where the
 * root is an ostree image, else the root.
 * Throws an Error when that is no disk (an overlay: a container's root, a live image).
 */
export function rootDisk(
  measured: readonly MeasuredMount[],
  { wanted, ostree }: { wanted: string | undefined; ostree: boolean },
): RootDisk {
  const places = wanted === undefined ? (ostree ? ['/sysroot', '/'] : ['/']) : [wanted];
  const found = places
    .map(place => measured.find(each => each.mount.mountPoint === place))
    .find(each => each !== undefined);
  if (found === undefined) {
    throw new Error(
      `Cannot measure the root disk: ${places[0]} is no mounted disk here. Set root_mount to the disk's mount point`,
    );
  }
  const gib = (bytes: number): number => Math.round((bytes / 2 ** 30) * 100) / 100;
  return {
    disk_percent: usedPercent(found.space),
    disk_total_gb: gib(found.space.size),
    disk_used_gb: gib(found.space.size - found.space.free),
  };
}

/** The hub accepts 255 characters; mergerfs names all its branches: `/srv/a:/srv/b:…`. */
function shortDevice(source: string): string {
  if (source.length <= 255) return source;
  const branches = source.split(':');
  const first = branches[0]?.slice(0, 200) ?? '';
  return `${first}:… (${branches.length} branches)`;
}
