import type { Host } from '../host/host.ts';

/** What changes the meaning of figures: whose /proc and /sys this is. Read once, since it cannot change. */
export interface Environment {
  /** `lxc`, `docker`, `systemd-nspawn` …, or null on a machine of its own. */
  container: string | null;
  /** lxcfs stands in for parts of /proc: memory is the container's, processor time still the machine's. */
  lxcfs: boolean;
  /** The unit's sandbox has a /proc of its own, without lxcfs: all figures of it are the machine's. */
  lxcfsHidden: boolean;
  /** systemd runs this host. */
  systemd: boolean;
  /** The root is an image (ostree, composefs) and the disk is mounted at /sysroot. */
  ostree: boolean;
}

/**
 *     lxcfs /proc/stat fuse.lxcfs rw,nosuid,nodev,relatime,user_id=0,group_id=0,allow_other 0 0
 */
function parseLxcfs(mounts: string): boolean {
  return /^\S+ \/proc\/stat fuse\.lxcfs /m.test(mounts);
}

export function read(host: Host): Environment {
  const mounts = host.attribute('proc/self/mounts') ?? host.attribute('proc/mounts') ?? '';
  const seen = parseLxcfs(mounts);
  // PID 1's table has another form: `… /proc/stat /proc/stat rw,nosuid,nodev,relatime - fuse.lxcfs lxcfs rw`
  const there = / \/proc\/stat .* - fuse\.lxcfs /.test(host.attribute('proc/1/mountinfo') ?? '');
  const lxcfs = seen || there;
  return {
    container: containerName(host, mounts) ?? (lxcfs ? 'lxc' : null),
    lxcfs,
    lxcfsHidden: there && !seen,
    systemd: host.exists('run/systemd/system'),
    ostree: host.exists('run/ostree-booted') || host.exists('run/ostree'),
  };
}

function containerName(host: Host, mounts: string): string | null {
  // systemd writes the first when it boots as PID 1 of a container; the others are the runtimes' own marks, which stay
  // behind where an image became a machine's disk.
  const name = host.attribute('run/systemd/container');
  if (name) return name;
  if (!/^\S+ \/ overlay /m.test(mounts)) return null;
  if (host.exists('.dockerenv')) return 'docker';
  return host.exists('run/.containerenv') ? 'podman' : null;
}
