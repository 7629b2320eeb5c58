import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { withLock } from '../support/lock.ts';
import type { Progress } from '../support/progress.ts';

/** What a set of Debian packages brings, told by one file of each. */
const FILES: Record<string, string> = {
  debootstrap: '/usr/sbin/debootstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  iproute2: '/usr/sbin/ip',
  'openssh-client': '/usr/bin/ssh',
  'util-linux': '/usr/bin/nsenter',
  'ca-certificates': '/etc/ssl/certs/ca-certificates.crt',
  'ansible-core': '/usr/bin/ansible-playbook',
  'ansible-lint': '/usr/bin/ansible-lint',
  'qemu-user-static': '/usr/bin/qemu-aarch64-static',
  'openssh-server': '/usr/sbin/sshd',
  shellcheck: '/usr/bin/shellcheck',
  git: '/usr/bin/git',
};

/** What boots a fleet. */
export const FLEET_PACKAGES = [
  'debootstrap',
  'systemd-container',
  'iproute2',
  'openssh-client',
  'util-linux',
  'ca-certificates',
];
/** What the role and its tests need as well. */
export const ANSIBLE_PACKAGES = ['ansible-core', 'ansible-lint'];

/** Held by those who work with apt. */
const LOCK = '/run/homelab-fleet-packages.lock';
const APT = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];

/** Installs those that are missing, by apt-get, as root; does nothing when all are there. */
export async function ensurePackages(
  packages: readonly string[],
  progress: Progress = () => {},
): Promise<void> {
  if (missing(packages).length === 0) return;
  await withLock(
    LOCK,
    async () => {
      const wanted = missing(packages);
      if (wanted.length === 0) return;
      progress('reading the package lists');
      await apt(['update', '-q'], progress);
      progress(`installing ${wanted.join(' ')}`);
      await apt(['install', ...APT, ...wanted], progress);
    },
    () => progress('another process is installing packages'),
  );
}

/**
 * Fetches packages as they are, without those that they need, and unpacks them in a directory of their own.
 *
 * @param choose names them once the package lists are up to date
 */
export async function unpackPackages(
  choose: () => Promise<readonly string[]>,
  directory: string,
  progress: Progress = () => {},
): Promise<void> {
  await withLock(LOCK, async () => {
    progress('reading the package lists');
    await apt(['update', '-q'], progress);
    const packages = await choose();
    progress(`fetching ${packages.join(' ')}`);
    await apt(['download', '-q', ...packages], progress, directory);
  });
  for (const file of await readdir(directory)) {
    await execa('dpkg-deb', ['--extract', file, '.'], { cwd: directory });
    await rm(join(directory, file));
  }
}

/** Those of which nothing is there. */
export function missing(packages: readonly string[]): string[] {
  return packages.filter(name => !existsSync(FILES[name] ?? `/usr/share/doc/${name}`));
}

async function apt(args: string[], progress: Progress, cwd = '/'): Promise<void> {
  const running = execa('apt-get', args, {
    cwd,
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
    stdin: 'ignore',
    all: true,
    reject: false,
  });
  running.all.on('data', (chunk: Buffer) => {
    const line = chunk.toString().trimEnd().split('\n').at(-1) ?? '';
    progress(line.slice(0, 60));
  });
  const { failed, all } = await running;
  if (!failed) return;
  const tail = all.trimEnd().split('\n').slice(-15).join('\n');
  throw new Error(
    `apt-get ${args[0]} failed; is the package mirror reachable? Its last lines:\n${tail}`,
  );
}
