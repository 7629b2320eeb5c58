import type { Host } from '../../host/host.ts';

const file = 'etc/zfs/zpool.cache';

/** The list of pools that ZFS imports at boot, a packed list of names and values. Read again when it has changed. */
export class ZpoolCache {
  readonly #host: Host;
  #modified: number | null = null;
  #text = '';

  constructor(host: Host) {
    this.#host = host;
  }

  /** A name stands there as XDR writes it: its length in four bytes, then itself. */
  has(pool: string): boolean {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(pool.length);
    return this.#read().includes(length.toString('latin1') + pool);
  }

  #read(): string {
    const modified = this.#host.modified(file);
    if (modified === null || modified !== this.#modified) {
      this.#text = this.#host.read(file, 'latin1') ?? '';
      this.#modified = modified;
    }
    return this.#text;
  }
}
