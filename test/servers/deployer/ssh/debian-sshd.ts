import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ensureBaseRoot } from '../../../fleet/base-root.ts';
import { ADMIN } from '../../../fleet/fleet-admin.ts';
import { makeDisk, type Sudo } from '../../../fleet/fleet-disk.ts';
import { ensurePackages, FLEET_PACKAGES } from '../../../fleet/packages.ts';
import { fleetCache } from '../../../fleet/root-cache.ts';
import { freePort, type SshLab } from '../../../support/ssh/ssh-lab.ts';
import { Sshd } from '../../../support/ssh/sshd.ts';

/**
 * A Debian of its own behind an sshd on loopback: real accounts, PAM and sudo, without booting anything. Takes root.
 */
export async function startDebianSshd(
  lab: SshLab,
  options: { sudo: Sudo; config?: readonly string[] },
): Promise<{ port: number; sshd: Sshd; root: string; user: string; password: string }> {
  await ensurePackages(FLEET_PACKAGES);
  const base = await ensureBaseRoot(fleetCache(process.env), 'bookworm', 'amd64');
  const name = 'debian';
  const hostKey = await makeDisk({
    base,
    disks: lab.dir,
    name,
    hosts: '127.0.0.1 localhost\n',
    authorizedKey: await readFile(lab.path('id.pub'), 'utf8'),
    python: true,
    sudo: options.sudo,
    emulated: false,
  });
  const root = join(lab.dir, name, 'root');
  lab.defer(() => execa('umount', ['-l', root]));
  const port = await freePort();
  const nspawn = [
    ...['systemd-nspawn', '-q', '-D', root, `--machine=ssh-${port}`, '--as-pid2'],
    ...[
      '--register=no',
      '--keep-unit',
      '--private-users=no',
      '--resolv-conf=off',
      '--console=pipe',
    ],
  ];
  const shell = 'mkdir -p /run/sshd && exec /usr/sbin/sshd -D -e -f /etc/ssh/sshd_lab';
  const sshd = await Sshd.start(port, {
    argv: [...nspawn, '/bin/sh', '-c', shell],
    file: join(root, 'etc/ssh/sshd_lab'),
    lines: [...(options.config ?? []), 'UsePAM yes', 'HostKey /etc/ssh/ssh_host_ed25519_key'],
  });
  lab.defer(() => sshd.stop());
  await lab.trust(`[127.0.0.1]:${port} ${hostKey}`);
  return { port, sshd, root, user: ADMIN.user, password: ADMIN.password };
}
