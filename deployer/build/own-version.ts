import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The directory of this program's package.json: a checkout, or an installed npm package.
 *
 * @param module the `import.meta.url` of a file anywhere within the package
 */
export function findRoot(module: string = import.meta.url): string {
  let root = dirname(fileURLToPath(module));
  while (!existsSync(join(root, 'package.json')) && root !== dirname(root)) {
    root = dirname(root);
  }
  return root;
}

/** The version in it. Every start of the program asks for it, so that it is read without a schema. */
export function ownVersion(root: string = findRoot()): string {
  const found: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof found === 'object' && found !== null && 'version' in found) return `${found.version}`;
  throw new Error(`Expected a version in ${root}/package.json, found none`);
}
