import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Progress } from '../support/progress.ts';
import { ensureRoot, fleetCache, nativeArchitecture } from './root-cache.ts';

/**
 * A cached root of Debian 13 with its ansible-core (2.19) and ansible-runner, for a machine whose own is Debian 12's
 * (2.14). Run programs in it with `inRoot`.
 */
export async function ensureAnsibleRoot(
  environment: Record<string, string | undefined>,
  progress: Progress = () => {},
): Promise<string> {
  return await ensureRoot({
    cache: fleetCache(environment),
    kind: 'ansible-2',
    suite: 'trixie',
    architecture: nativeArchitecture(process.arch),
    packages: ['ca-certificates'],
    prepare: async root => {
      progress('installing Ansible');
      await installAnsible(root);
    },
    progress,
  });
}

/** By apt, as debootstrap does not resolve the virtual packages that it depends on. */
async function installAnsible(root: string): Promise<void> {
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  const packages = 'ansible-core openssh-client python3-ansible-runner';
  const install = `apt-get install -y -q --no-install-recommends ${packages}`;
  await execa('chroot', [root, 'sh', '-c', `apt-get update -q && ${install} && apt-get clean`], {
    stdin: 'ignore',
    env: { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' },
  });
}

/**
 * The argument list that runs `argv` inside a root directory, in `cwd`, which is seen there under its own path, as are
 * the fleet's files, /tmp and what else is named in `shared`. Takes root; the mounts end with the program.
 */
export function inRoot(
  root: string,
  argv: string[],
  { cwd, shared = [] }: { cwd: string; shared?: string[] },
): string[] {
  const paths = ['/proc', '/dev', '/run', '/tmp', ...shared, cwd];
  const script = `set -eu
    root=$1 cwd=$2
    shift 2
    while [ "$1" != -- ]; do
      mkdir -p "$root$1"
      mount --rbind "$1" "$root$1"
      shift
    done
    shift
    exec chroot "$root" sh -c 'cd "$0" && exec "$@"' "$cwd" "$@"`;
  return ['unshare', '--mount', 'sh', '-c', script, 'in-root', root, cwd, ...paths, '--', ...argv];
}
