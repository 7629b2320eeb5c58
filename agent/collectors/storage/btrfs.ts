import { counted } from '../../contract/amounts.ts';
import type { Host } from '../../host/host.ts';
import { timestamp } from '../../lib/timestamp.ts';
import { type Finding, type Reading, together } from './finding.ts';
import type { StorageMemory } from './storage-memory.ts';

type Counts = Readonly<Record<string, number>>;

/** An increase stays a fault for a day after the last one, or until the counters are reset. */
const lastsMs = 24 * 3_600_000;

/**
 *     write_errs 0
 *     read_errs 0
 *     flush_errs 0
 *     corruption_errs 3
 *     generation_errs 0
 *
 * Null for `invalid`, which stands there until the counters have been read from the disk. Kernels before 5.14 have no
 * such file.
 */
export function parseErrorStats(text: string): Counts | null {
  const pairs = [...text.matchAll(/^(\w+) (\d+)$/gm)];
  if (pairs.length === 0) return null;
  return Object.fromEntries(pairs.map(([, name = '', count]) => [name, Number(count)]));
}

/** One device as it stands in /sys/fs/btrfs/UUID/devinfo/ID. */
export interface BtrfsDevice {
  readonly id: string;
  readonly missing: boolean;
  /** Null where there are none. */
  readonly errors: Counts | null;
  /** Whether the counters have increased lately. */
  readonly increased: boolean;
}

/** The counters outlive restarts and repairs, so that only an increase is a fault. A scrub is none. */
export function judge(
  name: string,
  all: readonly BtrfsDevice[],
  devices: readonly string[],
): Finding[] {
  const about = { severity: 'fault', subject: name, devices } as const;
  const missing = all.filter(device => device.missing).length;
  const errors = all.flatMap(({ id, errors, increased }): Finding[] => {
    if (errors === null || !increased) return [];
    // Without the counts, which a dying disk raises from beat to beat: each change is a line in the journal.
    const counters = Object.keys(errors).filter(counter => (errors[counter] ?? 0) > 0);
    const text = `btrfs ${name} has new errors on device ${id} (${counters.join(', ')}): run a scrub, then "btrfs device stats --reset"`;
    return [{ ...about, code: 'btrfs-errors', subject: `${name} device ${id}`, text }];
  });
  if (missing === 0) return errors;
  const text = `btrfs ${name} degraded: ${missing} of ${counted(all.length, 'device')} missing`;
  return [{ ...about, code: 'btrfs-device-missing', text }, ...errors];
}

/** Compares each device's counters with those of before. */
export class Btrfs {
  readonly #host: Host;
  readonly #memory: StorageMemory;

  constructor(host: Host, memory: StorageMemory) {
    this.#host = host;
    this.#memory = memory;
  }

  read(now: Date): Reading {
    const found = this.#host.list('sys/fs/btrfs').filter(entry => /^[0-9a-f]{8}-/.test(entry));
    return together(found.map(uuid => this.#one(uuid, now)));
  }

  #one(uuid: string, now: Date): Reading {
    const host = this.#host;
    const base = `sys/fs/btrfs/${uuid}`;
    const ids = host.list(`${base}/devinfo`);
    // Kernels before 5.6 have no devinfo.
    if (ids.length === 0) return { watched: [], findings: [] };
    const name = host.attribute(`${base}/label`) || uuid.slice(0, 8);
    const all = ids.map((id): BtrfsDevice => {
      const errors = parseErrorStats(host.attribute(`${base}/devinfo/${id}/error_stats`) ?? '');
      const missing = host.attribute(`${base}/devinfo/${id}/missing`) === '1';
      const increased = errors !== null && this.#increased(`${uuid}/${id}`, errors, now);
      return { id, missing, errors, increased };
    });
    const hurt = all.some(({ missing, increased }) => missing || increased);
    const devices = hurt ? host.list(`${base}/devices`) : [];
    return { watched: [`btrfs ${name}`], findings: judge(name, all, devices) };
  }

  #increased(key: string, counts: Counts, now: Date): boolean {
    const { counters } = this.#memory.kept;
    const before = counters[key];
    const more = (count: string): boolean => (counts[count] ?? 0) > (before?.counts[count] ?? 0);
    const less = (count: string): boolean => (counts[count] ?? 0) < (before?.counts[count] ?? 0);
    const names = Object.keys(counts);
    let increased = before?.increased ?? null;
    if (before !== undefined && names.some(more)) increased = timestamp(now);
    else if (names.some(less)) increased = null;
    if (increased !== null && now.getTime() - Date.parse(increased) > lastsMs) increased = null;
    counters[key] = { counts, increased };
    return increased !== null;
  }
}
