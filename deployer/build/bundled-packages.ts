import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

/** A package of which a bundle contains code. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Its SPDX expression, such as `MIT`. */
  readonly license: string;
  readonly licenceText: string;
  /** `sha512-…` of its archive, as the lock file pins it. */
  readonly integrity: string;
}

const Package = z.object({
  name: z.string(),
  version: z.string(),
  license: z.optional(z.string()),
  /** As old packages write it. */
  licenses: z.optional(z.tuple([z.object({ type: z.string() })])),
  author: z.optional(z.unknown()),
});
const Lock = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.optional(z.string()) })),
});

/**
 * The packages that a bundle contains code of, in the order of their names.
 * Throws an Error for a package without a licence: nothing is shipped without one.
 *
 * @param inputs the bundle's source files, relative to `root`
 */
export async function bundledPackages(
  root: string,
  inputs: readonly string[],
): Promise<BundledPackage[]> {
  const lock = Lock.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')));
  const directories = new Set(inputs.map(packageDirectory).filter(found => found !== undefined));
  return await Promise.all(
    [...directories].sort().map(async directory => ({
      ...(await readPackage(root, directory)),
      integrity: z.string().parse(lock.packages[lockKey(directory)]?.integrity),
    })),
  );
}

/** The text of THIRD-PARTY-LICENSES. */
export function licencesText(program: string, packages: readonly BundledPackage[]): string {
  const texts = packages.map(({ name, version, license, licenceText }) => {
    const title = `${name} ${version} (${license})`;
    return `\n${title}\n${'='.repeat(title.length)}\n\n${licenceText}\n`;
  });
  return `${program} contains parts of these packages.\n${texts.join('')}`;
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` belongs to `node_modules/a/node_modules/@b/c`. */
function packageDirectory(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

/** Where node_modules is a link, the inputs lie elsewhere. */
function lockKey(directory: string): string {
  return directory.slice(directory.indexOf('node_modules/'));
}

async function readPackage(
  root: string,
  directory: string,
): Promise<Omit<BundledPackage, 'integrity'>> {
  const path = join(root, directory);
  const manifest = await readFile(join(path, 'package.json'), 'utf8');
  const { name, version, author, ...stated } = Package.parse(JSON.parse(manifest));
  const license = stated.license ?? stated.licenses?.[0].type;
  const file = (await readdir(path)).sort().find(entry => /^licen[cs]e/i.test(entry));
  if (license !== undefined && file !== undefined) {
    const licenceText = (await readFile(join(path, file), 'utf8')).trim();
    return { name, version, license, licenceText };
  }
  if (license !== 'MIT') throw new Error(`Expected a licence in ${directory}, found none`);
  // It names the licence without its text, which is the same for all but for the holders.
  const own = await readFile(join(root, 'LICENSE'), 'utf8');
  const licenceText = own.trim().replace(/^Copyright .*$/m, `Copyright: ${JSON.stringify(author)}`);
  return { name, version, license, licenceText };
}
