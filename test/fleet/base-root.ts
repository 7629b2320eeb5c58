import { existsSync } from 'node:fs';
import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../support/lock.ts';
import type { Progress } from '../support/progress.ts';
import { ADMIN } from './fleet-admin.ts';

/** Debian 12 as most servers run it, and Debian 13. */
export type Suite = 'bookworm' | 'trixie';
export type Architecture = 'amd64' | 'arm64';

/** Part of the cached root's name: raise it when what is made here changes. */
const REVISION = 1;

const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'python3',
  'python3-apt',
  'sudo',
  'iproute2',
  'ca-certificates',
  'curl',
  'procps',
];

const MASKED = [
  'console-getty.service',
  'systemd-networkd.service',
  'systemd-networkd.socket',
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'fstrim.timer',
];

/** Outside the repository, so that a fresh clone on the same machine need not build it again. */
export function fleetCache(environment: Record<string, string | undefined>): string {
  return join(environment['XDG_CACHE_HOME'] ?? '/var/cache', 'homelab-fleet');
}

/** The architecture that this machine runs without emulation. */
export function nativeArchitecture(arch: string): Architecture {
  return arch === 'arm64' ? 'arm64' : 'amd64';
}

/** The cached root that all hosts of this kind lie over; built on first use (about 80 s), then there at once. */
export async function ensureBaseRoot(
  cache: string,
  suite: Suite,
  architecture: Architecture,
  progress: Progress = () => {},
): Promise<string> {
  const root = join(cache, `${suite}-${architecture}-${REVISION}`);
  if (existsSync(root)) return root;
  await mkdir(cache, { recursive: true });
  await withLock(
    `${root}.lock`,
    async () => {
      if (!existsSync(root)) await build(root, suite, architecture, progress);
    },
    () => progress('another process is building it'),
  );
  return root;
}

async function build(
  root: string,
  suite: Suite,
  architecture: Architecture,
  progress: Progress,
): Promise<void> {
  const unfinished = `${root}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await debootstrap(unfinished, suite, architecture, progress);
  progress('preparing it for hosts');
  await prepare(unfinished);
  // A root that stands under its name is whole.
  await rename(unfinished, root);
}

async function debootstrap(
  root: string,
  suite: Suite,
  architecture: Architecture,
  progress: Progress,
): Promise<void> {
  const include = PACKAGES.join(',');
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

/** What every host shares: the operator's account, no own identity, nothing that runs by itself. */
async function prepare(root: string): Promise<void> {
  const inside = (...argv: string[]) => execa('chroot', [root, ...argv], { stdin: 'ignore' });
  await inside(
    'useradd',
    '--create-home',
    '--shell',
    '/bin/bash',
    '--password',
    ADMIN.passwordHash,
    ADMIN.user,
  );
  await writeFile(join(root, 'etc/sudoers.d/admin'), `${ADMIN.user} ALL=(ALL) NOPASSWD: ALL\n`, {
    mode: 0o440,
  });
  await inside('sh', '-c', 'rm -f /etc/ssh/ssh_host_* /var/cache/apt/archives/*.deb');
  await inside('systemctl', 'mask', '--quiet', ...MASKED);
  await truncate(join(root, 'etc/machine-id'));
  await rm(join(root, 'etc/resolv.conf'), { force: true });
}
