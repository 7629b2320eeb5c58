import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

/** Below that, mkfs.btrfs refuses a mirror. */
const DEVICE_BYTES = 256 * 2 ** 20;

/**
 * A mirrored btrfs of two loop devices on this machine's kernel, one of which can be lost and come back. It is mounted
 * in a namespace of its own: servers of a fleet that boot meanwhile would hold a mount that they can see.
 */
export class BtrfsPool implements AsyncDisposable {
  readonly label: string;
  readonly mountPoint: string;
  readonly #directory: string;
  readonly #devices: [string, string];
  readonly #namespace = spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'setpriv', '--pdeathsig', 'TERM', 'sleep', 'infinity'],
    {
      stdio: 'ignore',
    },
  );
  #lost = false;

  private constructor(directory: string, devices: [string, string], label: string) {
    this.#directory = directory;
    this.#devices = devices;
    this.label = label;
    this.mountPoint = join(directory, 'mounted');
  }

  static async make(label: string): Promise<BtrfsPool> {
    const directory = await mkdtemp(join(tmpdir(), 'btrfs-pool-'));
    const pool = new BtrfsPool(
      directory,
      [await loop(directory, 'a'), await loop(directory, 'b')],
      label,
    );
    await mkdir(pool.mountPoint);
    while (!(await pool.#isApart())) await sleep(20);
    await execa('mkfs.btrfs', ['-q', '-L', label, '-d', 'raid1', '-m', 'raid1', ...pool.#devices]);
    await pool.#mount();
    const file = `of=${join(pool.mountPoint, 'file')}`;
    await pool.#run('dd', 'if=/dev/urandom', file, 'bs=1M', 'count=8', 'conv=fsync', 'status=none');
    return pool;
  }

  /** The second disk is gone, and the file system is mounted all the same. */
  async lose(): Promise<void> {
    const [, second] = this.#devices;
    await this.#run('umount', this.mountPoint);
    await execa('btrfs', ['device', 'scan', '--forget', second]);
    await execa('losetup', ['--detach', second]);
    this.#lost = true;
    await this.#mount('degraded');
  }

  /** The disk is back, as it was, and what it missed is repaired. */
  async restore(): Promise<void> {
    await this.#run('umount', this.mountPoint);
    this.#devices[1] = await attach(join(this.#directory, 'b'));
    this.#lost = false;
    await execa('btrfs', ['device', 'scan', this.#devices[1]]);
    await this.#mount();
    await this.#run('btrfs', 'scrub', 'start', '-B', this.mountPoint);
    await this.resetErrors();
  }

  /** Damages the second disk's copy of what was written, and has the kernel find it. */
  async damage(): Promise<void> {
    const [, second] = this.#devices;
    await this.#run('umount', this.mountPoint);
    // Behind the superblocks at 64 KiB and 64 MiB, over the whole of the rest.
    for (const [from, count] of [
      [1, 62],
      [66, 189],
    ]) {
      const target = [`of=${second}`, `seek=${from}`, `count=${count}`];
      await execa('dd', [
        'if=/dev/urandom',
        'bs=1M',
        'conv=notrunc,fsync',
        'status=none',
        ...target,
      ]);
    }
    await this.#mount();
    // It ends with 3 where it found what it cannot repair.
    await this.#run('btrfs', 'scrub', 'start', '-B', this.mountPoint).catch(() => {});
  }

  async resetErrors(): Promise<void> {
    await this.#run('btrfs', 'device', 'stats', '--reset', this.mountPoint);
  }

  /** What the kernel counts of reads and writes, by device. */
  async traffic(): Promise<string[]> {
    return await Promise.all(
      this.#devices.map(device => readFile(`/sys/block/${basename(device)}/stat`, 'utf8')),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#namespace.kill();
    await once(this.#namespace, 'exit');
    const there = this.#lost ? this.#devices.slice(0, 1) : this.#devices;
    for (const device of there) {
      await execa('btrfs', ['device', 'scan', '--forget', device], { reject: false });
      await execa('losetup', ['--detach', device], { reject: false });
    }
    await rm(this.#directory, { recursive: true });
  }

  async #mount(...options: string[]): Promise<void> {
    const args = options.flatMap(option => ['-o', option]);
    await this.#run('mount', '-t', 'btrfs', ...args, this.#devices[0], this.mountPoint);
  }

  async #run(...argv: string[]): Promise<void> {
    await execa('nsenter', ['--mount', `--target=${this.#namespace.pid}`, '--', ...argv]);
  }

  async #isApart(): Promise<boolean> {
    const [its, ours] = [`/proc/${this.#namespace.pid}/ns/mnt`, '/proc/self/ns/mnt'];
    return (await readlink(its)) !== (await readlink(ours));
  }
}

async function loop(directory: string, name: string): Promise<string> {
  const file = join(directory, name);
  await writeFile(file, '');
  await truncate(file, DEVICE_BYTES);
  return await attach(file);
}

async function attach(file: string): Promise<string> {
  return (await execa('losetup', ['--find', '--show', file])).stdout;
}
