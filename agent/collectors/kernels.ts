import type { Host } from '../host/host.ts';
import { compareVersions } from './debian-version.ts';

interface Kernel {
  version: string;
  /** `amd64`, `generic`, `pve`, `rpi-v8`: another flavour is no successor. */
  flavour: string;
}

/**
 *     6.1.0-30-amd64
 *     6.8.12-4-pve
 *     6.6.51+rpt-rpi-v8
 */
function parse(release: string): Kernel | null {
  const found = /^(\d[\d.]*(?:[+~][^-]*)?(?:-\d[^-]*)?)-([a-z].*)$/i.exec(release);
  return found === null ? null : { version: found[1] ?? '', flavour: found[2] ?? '' };
}

/** proxmox-boot-tool's choices, the one for the next start only first. */
const pins = ['etc/kernel/next-boot-pin', 'etc/kernel/proxmox-boot-pin'];

/** Changes with the installed kernels and the choice among them. */
export function fingerprint(host: Host): string {
  return ['var/lib/dpkg/status', ...pins].map(path => host.changed(path) ?? '-').join(' ');
}

/**
 * Whether the next start would run a newer kernel than this one, which was installed since: one of the running flavour,
 * another build of the running one, or the one that is pinned.
 */
export function isSuperseded(host: Host): boolean {
  const release = host.attribute('proc/sys/kernel/osrelease')?.trim() ?? '';
  const running = parse(release);
  const boot = bootTime(host);
  if (running === null || boot === null) return false;
  for (const pin of pins) {
    const pinned = host.attribute(pin)?.trim();
    if (pinned) return pinned !== release && (host.changed(pin) ?? 0) > boot;
  }
  return installed(host).some(name => {
    const other = parse(name);
    if (other === null || other.flavour !== running.flavour) return false;
    const newer = compareVersions(other.version, running.version);
    // Not the file's own time, which is that of the build.
    if (newer < 0 || (host.changed(`boot/vmlinuz-${name}`) ?? 0) <= boot) return false;
    return newer > 0 || !isBuild(host, release);
  });
}

/**
 * `Linux version 6.1.0-28-amd64 (…) #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)`: whether the running build is
 * that of the installed package. Security updates of Debian keep a kernel's name, and a file may be new for less.
 */
function isBuild(host: Host, release: string): boolean {
  const build = / Debian (\S+) \(/.exec(host.attribute('proc/version') ?? '')?.[1];
  const status = host.attribute('var/lib/dpkg/status') ?? '';
  const start = `\n${status}`.indexOf(`\nPackage: linux-image-${release}\n`);
  if (build === undefined || start < 0) return false;
  const [section = ''] = status.slice(start).split('\n\n', 1);
  return /^Version: (\S+)$/m.exec(section)?.[1] === build;
}

/** None where the directory is for root alone: what packages say is left. */
function installed(host: Host): string[] {
  return host.listOrNone('boot').flatMap(name => /^vmlinuz-(.+)$/.exec(name)?.[1] ?? []);
}

/** `btime 1732000000`: when the kernel started, in seconds since 1970. */
function bootTime(host: Host): number | null {
  const seconds = /^btime (\d+)$/m.exec(host.attribute('proc/stat') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}
