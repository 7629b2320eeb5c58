import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';

/**
 * Space of a file system in bytes. `available` is what an ordinary user may still write, `free` includes root's
 * reserve.
 */
export interface Space {
  size: number;
  free: number;
  available: number;
}

/**
 * A count of blocks: where root's reserve is used, some file systems let it fall below 0, which reads as almost 2^64.
 */
export function nonNegative(blocks: bigint): bigint {
  return blocks >= 2n ** 63n ? 0n : blocks;
}

/** As `stat -f` prints them: blocks in units of `bsize` bytes. */
const StatFs = z.record(
  z.string(),
  z.object({ bsize: z.number(), blocks: z.number(), bfree: z.number(), bavail: z.number() }),
);

const Mtimes = z.record(z.string(), z.string());

/**
 * What a fixture tree records beside its files:
 *
 *     recorded/commands/NAME.txt   what the command printed
 *     recorded/statfs.json         { "/mount/point": { bsize, blocks, bfree, bavail } }
 *     recorded/mtimes.json         { "var/lib/dpkg/status": "2026-11-20T06:12:44Z" }
 *     recorded/later/…             the same paths as they read one interval later (from their second reading on)
 */
export class Recording {
  readonly #root: string;
  readonly #readBefore = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  /** The file that stands for `path` now. */
  file(path: string): string {
    const first = !this.#readBefore.has(path);
    this.#readBefore.add(path);
    const later = join(this.#root, 'recorded/later', path);
    return !first && existsSync(later) ? later : join(this.#root, path);
  }

  modified(path: string): number | null {
    const recorded = Mtimes.parse(this.#json('mtimes.json'))[path];
    return recorded === undefined ? null : Date.parse(recorded);
  }

  space(mountPoint: string): Space {
    const recorded = StatFs.parse(this.#json('statfs.json'))[mountPoint];
    if (recorded === undefined) throw new Error(`No statfs recorded for ${mountPoint}`);
    const bytes = (count: number): number => Number(nonNegative(BigInt(count))) * recorded.bsize;
    const { blocks, bfree, bavail } = recorded;
    return { size: bytes(blocks), free: bytes(bfree), available: bytes(bavail) };
  }

  #json(name: string): unknown {
    const file = join(this.#root, 'recorded', name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  }
}
