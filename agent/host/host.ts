import * as fs from 'node:fs';
import { networkInterfaces } from 'node:os';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { readBounded, readTail } from './read-bounded.ts';
import { nonNegative, Recording, type Space } from './recording.ts';

// Not node:fs/promises, here and in all that the daemon loads: it brings readline and more, 1 MB for the life of a process.
const readFile = promisify(fs.readFile);
const statfs = promisify(fs.statfs);

/** Errors that mean: not there (or gone since it was listed). */
const absent = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV', 'ENXIO', 'EOPNOTSUPP']);

/**
 * The files of one host below its root directory: `/` for the machine that the agent runs on, a fixture tree in tests
 * and for `--root`. Paths are relative to that root; nothing else in the agent knows the root.
 *
 * Reads are synchronous on purpose: /proc and /sys answer from memory in microseconds, and libuv's four threads, which
 * a dead network mount can hold for ever, are then not needed for anything essential.
 */
export class Host {
  /** True for the machine itself, false for a recorded tree. */
  readonly live: boolean;
  readonly #root: string;
  readonly #recording: Recording | null;

  constructor(root: string) {
    this.#root = root.endsWith('/') ? root : `${root}/`;
    this.live = root === '/';
    this.#recording = this.live ? null : new Recording(root);
  }

  /**
   * Text of a small file, or null when it is not there. Other errors are thrown: that a file may not be read must be
   * reported.
   */
  read(path: string, encoding: 'utf8' | 'latin1' = 'utf8'): string | null {
    return this.#unlessAbsent(path, file => readBounded(file, encoding));
  }

  /** The end of a file that may have grown long, or null when it is not there. Other errors are thrown, as by `read`. */
  tail(path: string, bytes: number): string | null {
    return this.#unlessAbsent(path, file => readTail(file, bytes));
  }

  /** A one-line sysfs attribute without its line end; null for any error, since many refuse by design. */
  attribute(path: string): string | null {
    try {
      return this.read(path)?.trimEnd() ?? null;
    } catch {
      return null;
    }
  }

  /** Like `attribute`, from a thread: for drivers that ask the hardware and may be slow. */
  async slowAttribute(path: string): Promise<string> {
    return (await readFile(this.#file(path), 'utf8')).trimEnd();
  }

  /** Names in a directory, sorted; none when there is no such directory. */
  list(path: string): string[] {
    return this.#unlessAbsent(path, file => fs.readdirSync(file).sort()) ?? [];
  }

  /** The same; none for any error, such as a directory that the agent may not read. */
  listOrNone(path: string): string[] {
    try {
      return this.list(path);
    } catch {
      return [];
    }
  }

  exists(path: string): boolean {
    return fs.existsSync(this.#file(path));
  }

  /** What a symbolic link points at, as it stands there, or null when there is no link. */
  target(path: string): string | null {
    try {
      return fs.readlinkSync(this.#file(path));
    } catch {
      // Where a recorded tree passed through a file system without links, git left their text.
      const text = this.live ? null : this.attribute(path);
      return text?.startsWith('../') ? basename(text) : null;
    }
  }

  /** Name of what a symbolic link points at, or null when there is no link. */
  link(path: string): string | null {
    const target = this.target(path);
    return target === null ? null : basename(target);
  }

  /** When a file last changed, in milliseconds since 1970, or null when it is not there or not accessible. */
  modified(path: string): number | null {
    if (this.#recording !== null) return this.#recording.modified(path);
    return fs.statSync(this.#file(path), { throwIfNoEntry: false })?.mtimeMs ?? null;
  }

  /** When a file's content or permissions last changed, in milliseconds since 1970, or null like `modified`. */
  changed(path: string): number | null {
    if (this.#recording !== null) return this.#recording.modified(path);
    return fs.statSync(this.#file(path), { throwIfNoEntry: false })?.ctimeMs ?? null;
  }

  /** Whether the agent may read a file; also where there is none. */
  isReadable(path: string): boolean {
    try {
      fs.accessSync(this.#file(path), fs.constants.R_OK);
      return true;
    } catch (error) {
      return !(error instanceof Error && 'code' in error && error.code === 'EACCES');
    }
  }

  /** Space of the file system mounted at an absolute `mountPoint` of this host. May never answer: see CallGuard. */
  async space(mountPoint: Buffer): Promise<Space> {
    if (this.#recording !== null) return this.#recording.space(mountPoint.toString());
    const answer = await statfs(mountPoint, { bigint: true });
    // Blocks are counted in f_frsize; Node gives it from libuv 1.52 on, and elsewhere f_bsize equals it on local disks.
    const unit = 'frsize' in answer && typeof answer.frsize === 'bigint' ? answer.frsize : 0n;
    const block = unit > 0n ? unit : answer.bsize;
    const bytes = (blocks: bigint): number => Number(nonNegative(blocks) * block);
    return {
      size: bytes(answer.blocks),
      free: bytes(answer.bfree),
      available: bytes(answer.bavail),
    };
  }

  /**
   * Hardware addresses of the interfaces that are up and have an IP address, from the kernel's own list (netlink). None
   * on a recorded host, and where the service may not use netlink.
   */
  hardwareAddresses(): ReadonlyMap<string, string> {
    const addresses = new Map<string, string>();
    if (!this.live) return addresses;
    try {
      for (const [name, [first] = []] of Object.entries(networkInterfaces())) {
        if (first !== undefined && !first.internal) addresses.set(name, first.mac);
      }
    } catch {
      // RestrictAddressFamilies= without AF_NETLINK: only /sys/class/net is left.
    }
    return addresses;
  }

  /** What a command printed when the tree was recorded, or null when it was not. A live host has no record. */
  recorded(command: string): string | null {
    return this.read(`recorded/commands/${command}.txt`);
  }

  #file(path: string): string {
    // Not join(): these are its own clean paths, some fifty a beat.
    return this.#recording?.file(path) ?? `${this.#root}${path}`;
  }

  #unlessAbsent<T>(path: string, use: (file: string) => T): T | null {
    try {
      return use(this.#file(path));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (absent.has(code)) return null;
      throw new Error(`Cannot read /${path}${code ? `: ${code}` : ''}`, { cause: error });
    }
  }
}
