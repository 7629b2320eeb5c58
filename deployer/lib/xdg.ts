import { join } from 'node:path';

/** Of the process: where its XDG variables and its home are. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Where this program keeps its state between runs, by the XDG base directory specification. */
export function stateDirectory(surroundings: Surroundings): string {
  return ownDirectory(surroundings, 'XDG_STATE_HOME', '.local/state');
}

/** Where a person keeps files for it. */
export function configDirectory(surroundings: Surroundings): string {
  return ownDirectory(surroundings, 'XDG_CONFIG_HOME', '.config');
}

/** Where it keeps what it can build again, such as runtimes. */
export function cacheDirectory(surroundings: Surroundings): string {
  return ownDirectory(surroundings, 'XDG_CACHE_HOME', '.cache');
}

function ownDirectory({ env, home }: Surroundings, variable: string, usual: string): string {
  const xdg = env[variable];
  // By the specification a relative path is to be ignored.
  return join(xdg?.startsWith('/') ? xdg : join(home, usual), 'homelab-deploy');
}
