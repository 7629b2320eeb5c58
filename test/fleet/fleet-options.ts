import type { Progress } from '../support/progress.ts';
import { ensureBaseRoot } from './base-root.ts';
import type { Sudo } from './fleet-disk.ts';
import { HOST_LIMIT } from './fleet-names.ts';
import { type Architecture, nativeArchitecture, type Suite } from './root-cache.ts';

interface HostKind {
  base?: Suite;
  arch?: Architecture;
}

export interface FleetOptions {
  /** Names (lower case, digits, dashes), or how many: host-1, host-2 and so on. */
  hosts: string[] | number;
  /** Hosts that have no Python at all. */
  withoutPython?: string[];
  /** Hosts that differ from the rest: another Debian release, another architecture (emulated, slow). */
  each?: Record<string, HostKind>;
  /** How the operator becomes root; without a password unless told. */
  sudo?: Sudo;
  base?: Suite;
  arch?: Architecture;
  /** The key that the fleet's hub accepts and its inventory carries. */
  apiKey?: string;
  /** The fleet outlives this process. */
  keep?: boolean;
  progress?: Progress;
}

/** What a host lies over. */
export interface Base {
  root: string;
  emulated: boolean;
}

/** The root that each host lies over, in the order of the names. */
export async function baseRoots(
  names: string[],
  options: FleetOptions,
  cache: string,
  progress: Progress,
): Promise<Base[]> {
  const native = nativeArchitecture(process.arch);
  const bases: Base[] = [];
  for (const name of names) {
    const kind = { ...options, ...options.each?.[name] };
    const arch = kind.arch ?? native;
    const root = await ensureBaseRoot(cache, kind.base ?? 'bookworm', arch, progress);
    bases.push({ root, emulated: arch !== native });
  }
  return bases;
}

/** The hosts' names, checked. */
export function namesOf(hosts: string[] | number): string[] {
  const names =
    typeof hosts === 'number' ? Array.from({ length: hosts }, (_, at) => `host-${at + 1}`) : hosts;
  const wrong = names.find(name => !/^[a-z0-9][a-z0-9-]*$/.test(name));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no host name`);
  if (names.length > HOST_LIMIT) throw new Error(`A fleet has room for ${HOST_LIMIT} hosts`);
  return names;
}
