import type { Host } from '../../host/host.ts';
import { timestamp } from '../../lib/timestamp.ts';
import type { Finding, Reading } from './finding.ts';
import type { StorageMemory } from './storage-memory.ts';
import { ZpoolCache } from './zpool-cache.ts';

const kstat = 'proc/spl/kstat/zfs';

/** A pool that was exported is a warning for a day, one that is gone otherwise a fault for a week. Then it is forgotten. */
const exportedMs = 24 * 3_600_000;
const goneMs = 7 * exportedMs;

/**
 *     ONLINE
 *
 * or DEGRADED, FAULTED, OFFLINE, REMOVED, UNAVAIL, SUSPENDED. A scrub leaves it ONLINE.
 */
export function judge(pool: string, state: string): Finding[] {
  if (state === 'ONLINE') return [];
  const text = `ZFS pool ${pool} is ${state}: see "zpool status ${pool}"`;
  return [{ code: 'zfs-pool-state', severity: 'fault', subject: pool, text }];
}

/** The pools, and those that were there before. Not for containers, which see the machine's. */
export class Zfs {
  readonly #host: Host;
  readonly #memory: StorageMemory;
  readonly #cache: ZpoolCache;
  /** Directories beside the pools, of statistics, stay the same for weeks. */
  #listing = '';
  #pools: readonly string[] = [];

  constructor(host: Host, memory: StorageMemory) {
    this.#host = host;
    this.#memory = memory;
    this.#cache = new ZpoolCache(host);
  }

  /** @param sameBoot whether the kernel has run since the pools were remembered */
  read(now: Date, sameBoot: boolean): Reading {
    const pools = this.#imported();
    const findings = pools.flatMap(pool => judge(pool, this.#state(pool) ?? 'gone'));
    const gone = this.#compare(pools, now, sameBoot);
    const watched = [...pools, ...gone.map(finding => finding.subject)];
    return { watched: watched.map(pool => `zfs ${pool}`), findings: [...findings, ...gone] };
  }

  #imported(): readonly string[] {
    const entries = this.#host.exists(kstat) ? this.#host.list(kstat) : [];
    const listing = entries.join('/');
    if (listing !== this.#listing) {
      this.#listing = listing;
      // `$import` and `$tryimport` stand there while a pool is looked for.
      this.#pools = entries.filter(name => !name.startsWith('$') && this.#state(name) !== null);
    }
    return this.#pools;
  }

  #state(pool: string): string | null {
    return this.#host.attribute(`${kstat}/${pool}/state`);
  }

  #compare(pools: readonly string[], now: Date, sameBoot: boolean): Finding[] {
    const { kept } = this.#memory;
    for (const pool of pools) {
      kept.pools[pool] = { cached: this.#cache.has(pool), gone: null, exported: false };
    }
    const missing = Object.keys(kept.pools).filter(pool => !pools.includes(pool));
    return missing.flatMap(pool => this.#gone(pool, sameBoot, now));
  }

  #gone(pool: string, sameBoot: boolean, now: Date): Finding[] {
    const { pools } = this.#memory.kept;
    const entry = pools[pool];
    if (entry === undefined) return [];
    if (entry.gone === null) {
      entry.gone = timestamp(now);
      // Only an export removes a pool from the cache while the kernel runs on.
      entry.exported = sameBoot && entry.cached && !this.#cache.has(pool);
    }
    const age = now.getTime() - Date.parse(entry.gone);
    if (age > (entry.exported ? exportedMs : goneMs)) {
      delete pools[pool];
      return [];
    }
    const about = { code: 'zfs-pool-gone', subject: pool } as const;
    if (entry.exported) {
      return [{ ...about, severity: 'warning', text: `ZFS pool ${pool} was exported` }];
    }
    const text = `ZFS pool ${pool} is gone: it was imported before, see "zpool import"`;
    return [{ ...about, severity: 'fault', text }];
  }
}
