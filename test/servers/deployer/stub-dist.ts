import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestText } from '../../../deployer/build/manifest.ts';
import { sha256 } from '../../../deployer/lib/digest.ts';
import { type Behaviour, stubArtifact } from '../agent/install/installer.ts';

/** Leaves in `directory` what `build` would, for an agent that behaves so. */
export async function stubDist(
  directory: string,
  version: string,
  behaviour: Behaviour,
): Promise<void> {
  const { file, bytes, sums } = await stubArtifact(version, behaviour);
  await writeFile(join(directory, file), bytes);
  const artifact = { file, sha256: sha256(bytes), bytes: bytes.length, sums };
  await writeFile(
    join(directory, 'manifest.json'),
    manifestText({ version, artifact, runtimes: {} }),
  );
}
