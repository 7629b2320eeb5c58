import * as z from 'zod/mini';
import { readOwn } from '../../lib/read-own.ts';
import { writeWhole } from '../../lib/write-whole.ts';

/** Made where it is used, once in the life of a daemon: what it is made of would stay in memory. */
function schema() {
  const time = z.nullable(z.iso.datetime());
  return z.object({
    /** The kernel's boot_id when this was written. */
    boot: z.nullable(z.string()),
    pools: z.record(
      z.string(),
      z.object({
        /** It stands in zpool.cache: an export takes it out. */
        cached: z.boolean(),
        gone: time,
        exported: z.boolean(),
      }),
    ),
    /** Disks on USB, also those that were unplugged since the kernel started. */
    usb: z.array(z.string()),
    /** Of btrfs, by `uuid/device`: counters that never go back by themselves. */
    counters: z.record(
      z.string(),
      z.object({ counts: z.record(z.string(), z.number()), increased: time }),
    ),
  });
}
type Kept = z.infer<ReturnType<typeof schema>>;

/** More pools or disks than a server has; what is beyond was forgotten by its owner. */
const most = 200;

/**
 * What is compared with the next reading: which pools there were, and how far counters had come. On disk, since a
 * pool that is gone after a restart is the case that matters; written when it changes, which is seldom.
 *
 * If it cannot be read or written, comparisons begin with this start.
 */
export class StorageMemory {
  readonly #file: string | null;
  readonly #writes: boolean;
  #kept: Kept | null = null;
  #written = '';

  /** @param file none for a memory that ends with the process */
  constructor(file: string | null, options: { writes: boolean }) {
    this.#file = file;
    this.#writes = options.writes;
  }

  get kept(): Kept {
    this.#kept ??= this.#read();
    return this.#kept;
  }

  save(): void {
    const { boot, pools, usb, counters } = this.kept;
    const kept: Kept = {
      boot,
      pools: newest(pools),
      usb: usb.slice(-most),
      counters: newest(counters),
    };
    const text = JSON.stringify(kept);
    if (text === this.#written) return;
    this.#written = text;
    if (this.#file === null || !this.#writes) return;
    try {
      writeWhole(this.#file, text, { mode: 0o600 });
    } catch {
      // See above.
    }
  }

  #read(): Kept {
    try {
      if (this.#file !== null) {
        const text = readOwn(this.#file);
        const kept = schema().parse(JSON.parse(text));
        this.#written = text;
        return kept;
      }
    } catch {
      // None yet, or not ours.
    }
    return { boot: null, pools: {}, usb: [], counters: {} };
  }
}

function newest<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).slice(-most));
}
