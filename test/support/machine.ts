import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { fleetCgroups } from '../fleet/fleet-cgroups.ts';
import { FLEET_PACKAGES, missing } from '../fleet/packages.ts';
import { fleetCache } from '../fleet/root-cache.ts';

/** What this machine cannot do, in words; each answers with nothing if it can. */

function noRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'root';
}

/** What stands in the way of booting servers, the packages that it takes included. */
export function noFleet(): string | undefined {
  const lack = noServers();
  return lack ?? (canInstall() ? undefined : missing(FLEET_PACKAGES).join(', ') || undefined);
}

/** Namespaces, mounts and control groups, as a fleet makes them. */
export function noServers(): string | undefined {
  return noNamespaces() ?? noCgroups() ?? noOverlay();
}

const CAPABILITIES = { CAP_SYS_ADMIN: 21n, CAP_NET_ADMIN: 12n, CAP_MKNOD: 27n };

/**
 * Asked of the kernel's list first, which names what is missing, and then tried: a container may forbid it all the
 * same.
 */
export function noNamespaces(): string | undefined {
  return noRoot() ?? noCapabilities() ?? tried('mount -t tmpfs tmpfs /mnt', 'namespaces');
}

/** Loop devices and btrfs of this machine's own kernel. */
export function noBtrfs(): string | undefined {
  const script = 'modprobe -q btrfs; grep -qw btrfs /proc/filesystems && losetup --find';
  return noRoot() ?? noCapabilities() ?? tried(script, 'btrfs on loop devices');
}

/** An emulated machine is slow where it also emulates the processor of another kind. */
export function noMachines(): string | undefined {
  if (process.arch !== 'x64') return 'an x86-64 processor';
  return canInstall() ? undefined : 'root and apt-get, for the parts of a virtual machine';
}

export function noFuse(): string | undefined {
  return noNamespaces() ?? tried('exec 3<>/dev/fuse', '/dev/fuse');
}

export function noEmulation(): string | undefined {
  if (process.arch === 'arm64') return undefined;
  const mounted = existsSync(`${BINFMT}/register`);
  return mounted ? undefined : tried(`mount -t binfmt_misc binfmt_misc ${BINFMT}`, 'binfmt_misc');
}

export function noIpv6(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.some(each => each?.address === '::1') ? undefined : 'IPv6';
}

/** Where systemd runs, Debian's package starts a service, which is its owner's to decide. */
export function noSshd(): string | undefined {
  const isThere = existsSync('/usr/sbin/sshd');
  return isThere || !existsSync('/run/systemd/system') ? undefined : 'openssh-server';
}

export function canInstall(): boolean {
  return noRoot() === undefined && existsSync('/usr/bin/apt-get');
}

const BINFMT = '/proc/sys/fs/binfmt_misc';

/** From /proc/self/status: `CapEff:	000001ffffffffff` */
function noCapabilities(): string | undefined {
  const status = readFileSync('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*(\w+)$/m.exec(status)?.[1] ?? '0'}`);
  const lacking = Object.entries(CAPABILITIES).filter(
    ([, bit]) => ((effective >> bit) & 1n) === 0n,
  );
  return lacking.length === 0 ? undefined : lacking.map(([name]) => name).join(' and ');
}

function noCgroups(): string | undefined {
  try {
    for (const cgroup of fleetCgroups(process.pid)) {
      mkdirSync(cgroup);
      rmdirSync(cgroup);
    }
    return fleetCgroups(0).length > 0 ? undefined : 'control groups';
  } catch {
    return 'writable control groups';
  }
}

/** An overlay cannot lie on an overlay, which a container's root often is. */
function noOverlay(): string | undefined {
  const script = `mkdir -p "$0" && cd "$(mktemp -d "$0/probe.XXXXXX")" || exit
    mkdir lower upper work root &&
    mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work root
    ended=$?
    umount root
    rm -rf "$PWD"
    exit $ended`;
  return tried(script, 'overlay mounts', fleetCache(process.env));
}

/** Runs a script in namespaces of its own. */
function tried(script: string, what: string, argument = 'sh'): string | undefined {
  const flags = ['--mount', '--net', '--ipc', '--uts', '--pid', '--fork'];
  const { status } = spawnSync('unshare', [...flags, 'sh', '-c', script, argument]);
  return status === 0 ? undefined : what;
}
