import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Host } from '../../../../../agent/host/host.ts';
import type { Space } from '../../../../../agent/host/recording.ts';

/** A recorded host held in memory, any text of which a test may replace: fast enough for thousands of beats. */
export class MemoryHost extends Host {
  readonly files = new Map<string, string>();
  readonly #readBefore = new Set<string>();
  readonly #links = new Map<string, string>();
  readonly #directories = new Map<string, string[]>();

  constructor(root: string) {
    super(root);
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const below = path.slice(root.length + 1);
      const siblings = this.#directories.get(dirname(below)) ?? [];
      this.#directories.set(dirname(below), [...siblings, entry.name].sort());
      if (entry.isSymbolicLink()) this.#links.set(below, basename(readlinkSync(path)));
      else if (entry.isFile()) this.files.set(below, readFileSync(path, 'latin1'));
    }
  }

  /** From here on, files read as they do at first. */
  restart(): void {
    this.#readBefore.clear();
  }

  override read(path: string): string | null {
    const later = this.#readBefore.has(path) ? this.files.get(`recorded/later/${path}`) : undefined;
    this.#readBefore.add(path);
    return later ?? this.files.get(path) ?? null;
  }

  override tail(path: string, bytes: number): string | null {
    return this.files.get(path)?.slice(-bytes) ?? null;
  }

  override async slowAttribute(path: string): Promise<string> {
    return this.files.get(path) ?? '';
  }

  override list(path: string): string[] {
    return this.#directories.get(path) ?? [];
  }

  override exists(path: string): boolean {
    return this.files.has(path) || this.#directories.has(path);
  }

  override link(path: string): string | null {
    return this.#links.get(path) ?? null;
  }

  override modified(): number {
    return 0;
  }

  override async space(mountPoint: Buffer): Promise<Space> {
    const unit = 2 ** (20 + (mountPoint.length % 20));
    return { size: 100 * unit, free: 60 * unit, available: 55 * unit };
  }
}
