import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** Where the release stands in a world. */
const releases = '/opt/homelab-agent/releases';
export const current = '/opt/homelab-agent/current';
export const stateDirectory = '/var/lib/homelab-agent';
export const runtimeDirectory = '/run/homelab-agent';
export const configFile = '/opt/homelab-agent/config.yaml';
export const clockFile = '/opt/homelab-agent/clock';
/** Programs before the host's own, and what they answer. */
const programs = '/usr/local/sbin';
export const answers = '/opt/homelab-agent/answers';
export const dpkgStatus = '/var/lib/dpkg/status';

/** The agent's user: nobody, whom every Linux has. */
export const user = { uid: 65_534, gid: 65_534 };

/** Runs a script of commands as root, and gives what it prints. */
export function sh(script: string): string {
  return execFileSync('sh', ['-euc', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/**
 * Makes this process's namespaces a server with the release that stands in `release`: /run, /opt, /var/lib and the like
 * are memory, and systemctl and apt-get are stand-ins. What is written here is gone with the process.
 */
export function furnish(release: string): void {
  const own = ['/run', '/opt', '/var/lib', '/etc/apt', programs];
  sh(`
    mount -t proc proc /proc
    mount --rbind /sys/fs/cgroup /mnt
    mount -t sysfs sysfs /sys
    mount --rbind /mnt /sys/fs/cgroup
    umount --lazy /mnt
    ip link set lo up
    ${own.map(path => `mount -t tmpfs -o mode=0755 tmpfs ${path}`).join('\n')}
    mkdir -p ${answers} ${releases}/0.0.0-00000000 ${stateDirectory} ${runtimeDirectory}
    mkdir -p /run/systemd/system /var/lib/dpkg /var/lib/apt/lists
    mount -t tmpfs -o size=256k,mode=0755 tmpfs ${stateDirectory}
    mount -t tmpfs -o size=256k,mode=0755 tmpfs ${runtimeDirectory}
    chown ${user.uid}:${user.gid} ${stateDirectory} ${runtimeDirectory}
    touch ${releases}/0.0.0-00000000/node /var/lib/apt/lists/deb.debian.org_InRelease ${dpkgStatus}
    mount --bind ${process.execPath} ${releases}/0.0.0-00000000/node
  `);
  symlinkSync(`${releases}/0.0.0-00000000`, current);
  for (const file of ['homelab-agent', 'homelab-agent.mjs']) {
    copyFileSync(join(release, file), join(current, file));
  }
  writeFileSync(clockFile, '0');
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(programs, name);
    writeFileSync(file, `#!/bin/sh\n${does(name)}\n${script}`);
    chmodSync(file, 0o755);
    answer(name, 'well');
  }
  answer('updates', updates(3));
}

/** How a stand-in program behaves from now on: `well`, `hangs`, `fails`, `floods`; or the text that it prints. */
export function answer(name: string, text: string): void {
  mkdirSync(answers, { recursive: true });
  writeFileSync(join(answers, name), text);
}

/** What `apt-get` prints for so many updates. */
export function updates(count: number): string {
  const line = (at: number) =>
    `Inst package-${at} [1.${at}-1] (1.${at}-2 Debian:12.5/stable [amd64])\n`;
  return Array.from({ length: count }, (_, at) => line(at)).join('');
}

function does(name: string): string {
  return `case "$(cat ${answers}/${name})" in
    hangs) sleep 1000 & sleep 1000 ;;
    fails) echo "${failures[name]}" >&2; exit 100 ;;
    floods) exec yes "Inst package [1-1] (1-2 Debian:12.5/stable [amd64])" ;;
    dies) kill -9 $$ ;;
  esac`;
}

const failures: Readonly<Record<string, string>> = {
  systemctl: 'Failed to connect to bus: No such file or directory',
  'apt-get': 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 1 (apt)',
};

const scripts: Readonly<Record<string, string>> = {
  'apt-get': `exec cat ${answers}/updates\n`,
  'apt-cache': `shift
    for name; do
      printf '%s:\\n  Installed: 1-1\\n  Candidate: 1-2\\n  Version table:\\n     1-2 500\\n' "$name"
      printf '        500 http://deb.debian.org/debian bookworm/main amd64 Packages\\n *** 1-1 100\\n'
    done\n`,
  systemctl: `while [ "$1" != -- ]; do shift; done; shift
    for name; do
      printf 'Id=%s.service\\nNames=%s.service\\nLoadState=loaded\\nActiveState=active\\n' "$name" "$name"
      printf 'SubState=running\\nResult=success\\nNRestarts=0\\nMainPID=1\\nMemoryCurrent=4096\\n'
      printf 'CPUUsageNSec=1000000\\nControlGroup=/none\\nTriggeredBy=\\n\\n'
    done\n`,
};
