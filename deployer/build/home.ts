import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readPins } from './integrity.ts';
import { findRoot, ownVersion } from './own-version.ts';

/** This program's own files: a checkout with its sources, or an installed npm package. */
export interface Home {
  /** The directory of package.json. */
  readonly root: string;
  readonly version: string;
  /** True in a checkout, where the agent is built from its sources. */
  readonly sources: boolean;
  /** What `npm pack` ships already built. */
  readonly packaged: string;
  /** The version of Node that servers get, such as `24.21.0`. */
  readonly nodeVersion: string;
}

/** @param module the `import.meta.url` of a file anywhere within the package */
export async function findHome(module: string = import.meta.url): Promise<Home> {
  const root = findRoot(module);
  const home = {
    root,
    version: ownVersion(root),
    sources: existsSync(join(root, 'package-lock.json')),
    packaged: join(root, 'dist', 'npm'),
  };
  return { ...home, nodeVersion: (await readPins(home)).node };
}
