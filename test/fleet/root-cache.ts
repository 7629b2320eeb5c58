import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../support/lock.ts';
import type { Progress } from '../support/progress.ts';

/** Debian 12 as most servers run it, and Debian 13. */
export type Suite = 'bookworm' | 'trixie';
export type Architecture = 'amd64' | 'arm64';

export interface RootOptions {
  cache: string;
  /** Part of the cached root's name; change it when what is made changes. */
  kind: string;
  suite: Suite;
  architecture: Architecture;
  /** Beside what Debian calls essential. */
  packages: string[];
  /** What is done to the root before it stands under its name. */
  prepare: (root: string) => Promise<void>;
  progress?: Progress;
}

/** Outside the repository, so that a fresh clone on the same machine need not build them again. */
export function fleetCache(environment: Record<string, string | undefined>): string {
  return join(environment['XDG_CACHE_HOME'] ?? '/var/cache', 'homelab-fleet');
}

/** The architecture that this machine runs without emulation. */
export function nativeArchitecture(arch: string): Architecture {
  return arch === 'arm64' ? 'arm64' : 'amd64';
}

/** A cached root directory of Debian; built on first use by debootstrap, then there at once. */
export async function ensureRoot(options: RootOptions): Promise<string> {
  const { cache, suite, architecture, kind, progress = () => {} } = options;
  const root = join(cache, `${suite}-${architecture}-${kind}`);
  if (existsSync(root)) return root;
  await mkdir(cache, { recursive: true });
  await withLock(
    `${root}.lock`,
    async () => {
      if (!existsSync(root)) await build(root, options, progress);
    },
    () => progress('another process is building it'),
  );
  return root;
}

async function build(root: string, options: RootOptions, progress: Progress): Promise<void> {
  const unfinished = `${root}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await debootstrap(unfinished, options, progress);
  progress('preparing it');
  await options.prepare(unfinished);
  // A root that stands under its name is whole.
  await rename(unfinished, root);
}

async function debootstrap(root: string, options: RootOptions, progress: Progress): Promise<void> {
  const { suite, architecture } = options;
  const include = options.packages.join(',');
  const args = ['--variant=minbase', `--arch=${architecture}`, `--include=${include}`, suite, root];
  const running = execa('debootstrap', args, {
    stdin: 'ignore',
    all: true,
    reject: false,
    env: { LC_ALL: 'C.UTF-8' },
  });
  running.all.on('data', (chunk: Buffer) => {
    const line = chunk.toString().trimEnd().split('\n').at(-1) ?? '';
    progress(line.replace(/^I: /, '').slice(0, 60));
  });
  const { failed, all } = await running;
  if (!failed) return;
  await rm(root, { recursive: true, force: true });
  const tail = all.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(
    `debootstrap of ${suite} failed; is the package mirror reachable? Its last lines:\n${tail}`,
  );
}
