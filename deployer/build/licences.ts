import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const Package = z.object({ name: z.string(), version: z.string(), license: z.string() });

/**
 * The text of THIRD-PARTY-LICENSES: each package that a bundle contains code of, with its licence.
 * Throws an Error for a package without a licence file: nothing is shipped without its licence.
 *
 * @param inputs the bundle's source files, relative to `root`
 */
export async function collectLicences(root: string, inputs: readonly string[]): Promise<string> {
  const directories = new Set(inputs.map(packageDirectory).filter(found => found !== undefined));
  const texts = await Promise.all([...directories].sort().map(name => licenceOf(join(root, name))));
  return `The agent contains parts of these packages.\n${texts.join('')}`;
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` belongs to `node_modules/a/node_modules/@b/c`. */
function packageDirectory(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

async function licenceOf(directory: string): Promise<string> {
  const manifest = await readFile(join(directory, 'package.json'), 'utf8');
  const { name, version, license } = Package.parse(JSON.parse(manifest));
  const file = (await readdir(directory)).sort().find(entry => /^licen[cs]e/i.test(entry));
  if (file === undefined) {
    throw new Error(`Expected a licence file in ${directory}, found none`);
  }
  const text = await readFile(join(directory, file), 'utf8');
  const title = `${name} ${version} (${license})`;
  return `\n${title}\n${'='.repeat(title.length)}\n\n${text.trim()}\n`;
}
