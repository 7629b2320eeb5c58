import { isDeepStrictEqual } from 'node:util';
import { sha256 } from '../lib/digest.ts';
import { lookIntoArchive } from '../lib/look-into-archive.ts';

interface Cached {
  /** The directory in the archive. */
  readonly name: string;
  /** `sha512-…` of the npm package, as the lock file pins it. */
  readonly integrity: string;
  /** Where the npm package is kept. */
  readonly original: string;
  /** Where the archive that was made of it is kept. */
  readonly kept: string;
}

/**
 * The archive that was kept the last time, if its contents are exactly those of the npm package beside it, and that is
 * the one that the lock file pins: a cache that was changed or damaged is not used.
 */
export async function cachedRuntime({
  name,
  integrity,
  original,
  kept,
}: Cached): Promise<{ bytes: number; sha256: string } | undefined> {
  try {
    const [from, packed] = await Promise.all([lookIntoArchive(original), lookIntoArchive(kept)]);
    const wanted = {
      [`${name}/`]: EMPTY_DIRECTORY,
      [`${name}/bin/`]: EMPTY_DIRECTORY,
      [`${name}/LICENSE`]: from.entries['package/LICENSE'],
      [`${name}/bin/node`]: from.entries['package/bin/node'],
    };
    const isSame = from.integrity === integrity && isDeepStrictEqual(packed.entries, wanted);
    return isSame ? { bytes: packed.bytes, sha256: packed.sha256 } : undefined;
  } catch {
    // Missing, or no whole archive.
    return undefined;
  }
}

const EMPTY_DIRECTORY = `directory 755 ${sha256('')}`;
