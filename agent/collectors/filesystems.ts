import type { Filesystem, Metrics } from '../contract/heartbeat.ts';
import { type CallGuard, NoAnswer } from '../host/call-guard.ts';
import type { Host } from '../host/host.ts';
import type { Space } from '../host/recording.ts';
import type { Clock } from '../lib/clock.ts';
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
  readonly #clock: Clock;
  #table: mounts.MountTable | null = null;
  /** What the disks were selected from, and which they are: a mount table is long, and the same for weeks. */
  #selectedFrom = '';
  #disks: readonly diskMounts.Disk[] = [];
  /** Of automounts, by the mount's id: their space and when it was asked for. */
  readonly #kept = new Map<string, { space: Space; at: number }>();

  constructor(deps: { host: Host; patience: CallGuard; clock: Clock }) {
    this.#host = deps.host;
    this.#clock = deps.clock;
    this.#patience = deps.patience;
  }

  /** The mount table at the last reading; null before. */
  get table(): mounts.MountTable | null {
    return this.#table;
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
    for (const { mount, isShown, idleSeconds } of this.#select(preferred)) {
      const space =
        idleSeconds > 0
          ? await this.#seldom(warn, mount, idleSeconds)
          : await this.#space(warn, mount);
      // 0 blocks: a file system without a size, such as an autofs trigger.
      if (space !== null && space.size > 0) measured.push({ mount, isShown, space });
    }
    return keepAllDatasets ? measured.filter(each => each.isShown) : byPool(measured);
  }

  #select(preferred: readonly string[]): readonly diskMounts.Disk[] {
    this.#table = null;
    const table = mounts.read(this.#host);
    this.#table = table;
    const from = [...preferred, table.text].join('\n');
    if (from !== this.#selectedFrom) {
      this.#disks = diskMounts.select(mounts.parse(table.text, table.ofSandbox), preferred);
      this.#selectedFrom = from;
      const ids = new Set(this.#disks.map(({ mount }) => mount.id));
      for (const id of this.#kept.keys()) if (!ids.has(id)) this.#kept.delete(id);
    }
    return this.#disks;
  }

  /**
   * Of an automount with an idle limit: to ask counts as use, so it is asked once when it has been mounted, and again
   * only after twice the limit, when somebody else has kept it.
   */
  async #seldom(warn: Warn, mount: mounts.Mount, idleSeconds: number): Promise<Space | null> {
    const now = this.#clock.monotonic();
    const kept = this.#kept.get(mount.id);
    if (kept !== undefined && now - kept.at < 2 * idleSeconds * 1000) return kept.space;
    const space = await this.#space(warn, mount);
    if (space !== null) this.#kept.set(mount.id, { space, at: now });
    return space;
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
        const code = error instanceof Error && 'code' in error ? error.code : null;
        const reason = code === 'EACCES' ? 'the agent may not enter a directory above it' : error;
        warn('filesystem-unreadable', `${path} (${type}) is left out: ${reason}`, path);
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
 * The disk of `disk_percent`: `root_mount` if it is configured, the system's disk at /sysroot where the
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
