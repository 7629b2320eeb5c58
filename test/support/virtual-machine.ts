import { copyFile, cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { unpackPackages } from '../fleet/packages.ts';
import { fleetCache } from '../fleet/root-cache.ts';
import { withLock } from './lock.ts';

/** What a machine is made of, as Debian packages that are unpacked here and never installed. */
const PACKAGES = ['busybox-static', 'mdadm'];
/** Kernel modules that a machine may load, with all that they need. */
const MODULES = ['drivers/md', 'drivers/block/loop.ko', 'drivers/net/ethernet/intel/e1000'];
const COMMANDS =
  'cat chown dirname ifconfig losetup mkdir modprobe mount poweroff readlink sed seq sh sleep sync tr truncate';

interface MachineOptions {
  /** A directory of the test's own. */
  readonly directory: string;
  /** What the machine does, after /proc, /sys, /dev and its network are there; what it prints is the answer. */
  readonly script: string;
  /** Files of this machine, or directories, by their places there. */
  readonly files: Readonly<Record<string, string>>;
  /** Programs among them, whose libraries come along. */
  readonly programs: readonly string[];
  readonly timeoutMs: number;
}

/**
 * Runs a script under Debian's own kernel on an emulated machine: for what this machine's kernel was built without. It
 * reaches servers on this machine's loopback interface at 10.0.2.2.
 */
export async function runInMachine(options: MachineOptions): Promise<string> {
  const parts = await ensureParts(join(fleetCache(process.env), 'machine-1'));
  const [version = ''] = await readdir(join(parts, 'lib/modules'));
  const root = join(options.directory, 'root');
  await makeRoot(root, parts, version, options);
  const initrd = join(options.directory, 'initrd');
  const pack = `find . | ${join(parts, 'bin/busybox')} cpio -o -H newc >"$0" 2>/dev/null`;
  await execa('sh', ['-c', pack, initrd], { cwd: root });
  const { stdout } = await execa(
    'qemu-system-x86_64',
    [
      // Not by KVM, which is not to be had everywhere.
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-m', '1024', '-no-reboot'],
      ...['-nic', 'user,model=e1000', '-display', 'none', '-serial', 'stdio', '-monitor', 'none'],
      ...['-kernel', join(parts, 'boot', `vmlinuz-${version}`), '-initrd', initrd],
      ...['-append', 'console=ttyS0 quiet panic=-1'],
    ],
    { stdin: 'ignore', timeout: options.timeoutMs },
  );
  return stdout.replaceAll('\r', '');
}

/** The unpacked packages, from the cache or from Debian. */
async function ensureParts(parts: string): Promise<string> {
  await mkdir(dirname(parts), { recursive: true });
  return await withLock(`${parts}.lock`, async () => {
    if ((await readdir(parts).catch(() => [])).length > 0) return parts;
    const unfinished = `${parts}.unfinished`;
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await unpackPackages(async () => [await kernelPackage(), ...PACKAGES], unfinished);
    await rename(unfinished, parts);
    return parts;
  });
}

/** The kernel that Debian has now: linux-image-amd64 is only its name. */
async function kernelPackage(): Promise<string> {
  const { stdout } = await execa('apt-cache', ['depends', 'linux-image-amd64']);
  const name = /Depends: (linux-image-\S+)/.exec(stdout)?.[1];
  if (name === undefined) throw new Error('Expected a kernel behind linux-image-amd64');
  return name;
}

async function makeRoot(
  root: string,
  parts: string,
  version: string,
  { script, files, programs }: MachineOptions,
): Promise<void> {
  const directories = ['bin', 'sbin', 'proc', 'sys', 'dev', 'tmp', 'etc', 'run', 'mnt'];
  for (const name of directories) await mkdir(join(root, name), { recursive: true });
  await copyFile(join(parts, 'bin/busybox'), join(root, 'bin/busybox'));
  for (const name of COMMANDS.split(' ')) await symlink('busybox', join(root, 'bin', name));
  await copyFile(join(parts, 'sbin/mdadm'), join(root, 'sbin/mdadm'));
  for (const [to, from] of Object.entries(files)) {
    await cp(from, join(root, to), { recursive: true, dereference: true });
  }
  for (const library of await librariesOf([join(parts, 'sbin/mdadm'), ...programs])) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
  const modules = join('lib/modules', version);
  for (const name of MODULES) {
    const to = join(root, modules, 'kernel', name);
    await cp(join(parts, modules, 'kernel', name), to, { recursive: true });
  }
  for (const name of ['modules.order', 'modules.builtin']) {
    await copyFile(join(parts, modules, name), join(root, modules, name));
  }
  await execa(join(parts, 'bin/busybox'), ['depmod', '-b', root, version]);
  await writeFile(join(root, 'etc/passwd'), 'nobody:x:65534:65534::/:/bin/sh\n');
  await writeFile(join(root, 'init'), `${BEGIN}${script}\n${END}`, { mode: 0o755 });
}

/** `	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f…)`, and the loader without an arrow. */
async function librariesOf(programs: readonly string[]): Promise<Set<string>> {
  const { stdout } = await execa('ldd', [...programs]);
  const found = [...stdout.matchAll(/^\s+(?:\S+ => )?(\/\S+) \(0x/gm)];
  return new Set(found.map(([, path = '']) => path));
}

const BEGIN = `#!/bin/sh
export PATH=/bin:/sbin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /tmp
modprobe loop
modprobe e1000
echo nas-1 >/proc/sys/kernel/hostname
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 netmask 255.255.255.0 up
`;
const END = `
sync
poweroff -f
`;
