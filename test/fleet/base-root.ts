import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Progress } from '../support/progress.ts';
import { ADMIN } from './fleet-admin.ts';
import { ensureRuns } from './foreign.ts';
import { type Architecture, ensureRoot, type Suite } from './root-cache.ts';

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

/**
 * The cached root that all hosts of this kind lie over (about 80 s on first use; four minutes where it is emulated).
 * Programs of its architecture run on this machine afterwards: debootstrap needs them, and so does a boot.
 */
export async function ensureBaseRoot(
  cache: string,
  suite: Suite,
  architecture: Architecture,
  progress: Progress = () => {},
): Promise<string> {
  await ensureRuns(architecture, progress);
  const common = { cache, suite, architecture, progress };
  return await ensureRoot({ ...common, kind: '1', packages: PACKAGES, prepare });
}

/** What every host shares: the operator's account, no own identity, nothing that runs by itself. */
async function prepare(root: string): Promise<void> {
  const inside = (...argv: string[]) => execa('chroot', [root, ...argv], { stdin: 'ignore' });
  const account = ['--create-home', '--shell', '/bin/bash', '--password', ADMIN.passwordHash];
  await inside('useradd', ...account, ADMIN.user);
  await writeFile(join(root, 'etc/sudoers.d/admin'), `${ADMIN.user} ALL=(ALL) NOPASSWD: ALL\n`, {
    mode: 0o440,
  });
  await inside('sh', '-c', 'rm -f /etc/ssh/ssh_host_* /var/cache/apt/archives/*.deb');
  await inside('systemctl', 'mask', '--quiet', ...MASKED);
  await truncate(join(root, 'etc/machine-id'));
  await rm(join(root, 'etc/resolv.conf'), { force: true });
}
