import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Manifest, manifestText, readManifest } from '../../deployer/build/manifest.ts';
import { sha256 } from '../../deployer/lib/digest.ts';
import { type Behaviour, stubArtifact } from '../servers/agent/install/installer.ts';
import { deployArgv } from '../support/deploy.ts';

/** Makes in `directory` what servers get, by `homelab-deploy build`. */
export async function buildDist(directory: string): Promise<void> {
  const [node = '', ...args] = deployArgv(['build', '--out', directory, '--arch', 'x64']);
  await execa(node, args, { stdin: 'ignore' });
}

/** The same runtime with a release that behaves so. */
export async function buildStubDist(
  from: string,
  directory: string,
  behaviour: Behaviour,
): Promise<void> {
  const { runtimes } = await readManifest(from);
  const version = '9.9.9';
  const { file, bytes, sums } = await stubArtifact(version, behaviour);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, file), bytes);
  if (runtimes.x64)
    await copyFile(join(from, runtimes.x64.file), join(directory, runtimes.x64.file));
  const artifact = { file, sha256: sha256(bytes), bytes: bytes.length, sums };
  const manifest: Manifest = { version, artifact, runtimes };
  await writeFile(join(directory, 'manifest.json'), manifestText(manifest));
}
