import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetName } from './fleet-names.ts';

/**
 * Where the fleet's control groups are: below the unified hierarchy, and below systemd's own where the machine still
 * has version 1 beside it. Each host needs its own, or all hosts' systemd would share one `payload` and wait for each
 * other's services to end. From /proc/mounts:
 * `cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,… 0 0`
 * `cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0`
 */
export function fleetCgroups(
  fleet: number,
  mounts = readFileSync('/proc/mounts', 'utf8'),
): string[] {
  const points = mounts
    .split('\n')
    .map(line => line.split(' '))
    .filter(
      ([, , type, options]) => type === 'cgroup2' || options?.includes('name=systemd') === true,
    )
    .map(([, point]) => point ?? '')
    .filter(point => point.startsWith('/sys/fs/cgroup'));
  return [...new Set(points)].map(point => `${point}/${fleetName(fleet)}`);
}

/** Every process in a control group and those below it. */
export function processesUnder(cgroup: string): number[] {
  if (!existsSync(cgroup)) return [];
  const children = entriesOf(cgroup).flatMap(name => processesUnder(join(cgroup, name)));
  return [...processesIn(join(cgroup, 'cgroup.procs')), ...children];
}

/**
 * The one of these processes that is PID 1 of a namespace of its own. From /proc/PID/status:
 * `NSpid:	23424	1`
 */
export function initOf(pids: number[]): number | undefined {
  return pids.find(pid => {
    try {
      return /^NSpid:\t\d+\t1$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  });
}

export function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

function entriesOf(cgroup: string): string[] {
  try {
    const entries = readdirSync(cgroup, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(entry => entry.name);
  } catch {
    return [];
  }
}

function processesIn(file: string): number[] {
  try {
    // 0 stands for a process of another namespace.
    return readFileSync(file, 'utf8')
      .split('\n')
      .map(Number)
      .filter(pid => pid > 0);
  } catch {
    return [];
  }
}
