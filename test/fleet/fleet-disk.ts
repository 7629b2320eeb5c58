import { chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { ADMIN } from './fleet-admin.ts';

/** How the operator becomes root on a host. */
export type Sudo = 'passwordless' | 'password' | 'none';

export interface DiskOptions {
  base: string;
  disks: string;
  name: string;
  /** The fleet's /etc/hosts without the host's own line. */
  hosts: string;
  authorizedKey: string;
  python: boolean;
  sudo: Sudo;
  /** Its programs run by emulation. */
  emulated: boolean;
}

/** Lays a host's disk over the base root and gives the host its own identity; answers with its host key. */
export async function makeDisk(options: DiskOptions): Promise<string> {
  const root = await mountOverlay(options);
  const etc = (file: string) => join(root, 'etc', file);
  await writeFile(etc('machine-id'), '');
  // From here systemd would fill the empty one: the base root's, the same on every host.
  await rm(join(root, 'var/lib/dbus/machine-id'), { force: true });
  await writeFile(etc('hostname'), `${options.name}\n`);
  // Without its own name sudo would wait for a name server.
  await writeFile(etc('hosts'), `127.0.1.1 ${options.name}\n${options.hosts}`);
  await authorize(root, options.authorizedKey);
  if (options.sudo !== 'passwordless') await limitSudo(etc('sudoers.d/admin'), options.sudo);
  if (options.emulated) await withoutCredentials(etc('systemd/system'));
  if (!options.python) await removePython(join(root, 'usr/bin'));
  return await makeHostKey(etc('ssh/ssh_host_ed25519_key'), options.name);
}

async function mountOverlay(options: DiskOptions): Promise<string> {
  const own = join(options.disks, options.name);
  const [upper, work, root] = ['upper', 'work', 'root'].map(name => join(own, name));
  for (const dir of [upper, work, root]) await mkdir(String(dir), { recursive: true });
  const layers = `lowerdir=${options.base},upperdir=${upper},workdir=${work}`;
  await execa('mount', ['-t', 'overlay', 'overlay', '-o', layers, String(root)]);
  return String(root);
}

async function authorize(root: string, key: string): Promise<void> {
  const ssh = join(root, 'home', ADMIN.user, '.ssh');
  const file = join(ssh, 'authorized_keys');
  await mkdir(ssh, { mode: 0o700 });
  await writeFile(file, key, { mode: 0o600 });
  // The first account of a Debian system.
  for (const path of [ssh, file]) await chown(path, 1000, 1000);
}

/** The emulator does not know the system calls by which systemd hands credentials to these, and they fail to start. */
async function withoutCredentials(units: string): Promise<void> {
  for (const name of ['sysusers', 'tmpfiles-setup', 'tmpfiles-setup-dev']) {
    const dropIn = join(units, `systemd-${name}.service.d`);
    await mkdir(dropIn, { recursive: true });
    await writeFile(join(dropIn, 'emulated.conf'), '[Service]\nLoadCredential=\nSetCredential=\n');
  }
}

async function limitSudo(file: string, sudo: Sudo): Promise<void> {
  if (sudo === 'none') return await rm(file);
  await chmod(file, 0o640);
  await writeFile(file, `${ADMIN.user} ALL=(ALL) ALL\n`);
  await chmod(file, 0o440);
}

async function removePython(bin: string): Promise<void> {
  const names = (await readdir(bin)).filter(name => name.startsWith('python'));
  for (const name of names) await rm(join(bin, name));
}

async function makeHostKey(file: string, comment: string): Promise<string> {
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', file]);
  const { stdout } = await execa('cat', [`${file}.pub`]);
  return stdout.split(' ').slice(0, 2).join(' ');
}
