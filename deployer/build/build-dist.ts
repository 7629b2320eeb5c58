import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from '../../agent/contract/requirements.ts';
import { sha256, sumsText } from '../lib/digest.ts';
import { store } from '../lib/store.ts';
import { writeTar } from '../lib/tar.ts';
import { buildArtifact } from './artifact.ts';
import type { Home } from './home.ts';
import { readPins } from './integrity.ts';
import { type Manifest, manifestText } from './manifest.ts';
import { readPackaged } from './packaged.ts';
import { provideRuntime } from './runtime.ts';
import { readSbom, SBOM } from './sbom.ts';

export interface BuildRequest {
  readonly home: Home;
  /** The directory to write to; made if it is missing. */
  readonly out: string;
  readonly arches: readonly Arch[];
  readonly cache: string;
  readonly progress: (message: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A file in the directory that was built. */
export interface BuiltFile {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Builds all that servers of these processors need, the manifest that lists it, one archive of these, for
 * homelab_agent_dist_url of the role, and for a person the bill of materials and SHA256SUMS.
 */
export async function buildDist(
  request: BuildRequest,
): Promise<{ manifest: Manifest; archive: BuiltFile }> {
  const { home, out } = request;
  const artifact = home.sources
    ? await buildArtifact(home.root, home.version)
    : await readPackaged(home);
  await store(join(out, artifact.file), artifact.bytes);
  const pins = await readPins(home);
  const runtimes: Manifest['runtimes'] = {};
  // One after the other: each takes some 300 MB while it is packed.
  for (const arch of request.arches) {
    const { name, path, ...size } = await provideRuntime({
      ...request,
      arch,
      version: home.nodeVersion,
      integrity: pins[arch],
    });
    const file = `${name}.tar.gz`;
    await storeUnlessSame(join(out, file), await readFile(path));
    runtimes[arch] = { name, file, ...size };
  }
  const manifest: Manifest = {
    version: home.version,
    artifact: {
      file: artifact.file,
      sha256: sha256(artifact.bytes),
      bytes: artifact.bytes.length,
      sums: artifact.sums,
    },
    runtimes,
  };
  await store(join(out, 'manifest.json'), manifestText(manifest));
  const archive = await archiveDist(out, manifest);
  await writeSums(home, out, [manifest.artifact, ...Object.values(runtimes), archive]);
  return { manifest, archive };
}

/** SHA256SUMS of all that was built, with the list of what is in it. */
async function writeSums(
  home: Home,
  out: string,
  built: readonly Pick<BuiltFile, 'file' | 'sha256'>[],
): Promise<void> {
  const sbom = await readSbom(home);
  await store(join(out, SBOM), sbom);
  const manifest = await readFile(join(out, 'manifest.json'));
  const digests = {
    ...Object.fromEntries(built.map(({ file, sha256: digest }) => [file, digest])),
    'manifest.json': sha256(manifest),
    [SBOM]: sha256(sbom),
  };
  await store(join(out, 'SHA256SUMS'), sumsText(digests));
}

/** One tar of the files in `directory`, the manifest last, so that an unpacked manifest means that all is there. */
async function archiveDist(directory: string, manifest: Manifest): Promise<BuiltFile> {
  const runtimes = Object.values(manifest.runtimes).map(runtime => runtime.file);
  const files = [manifest.artifact.file, ...runtimes, 'manifest.json'];
  const bytes = await writeTar(
    await Promise.all(
      files.map(async name => ({ name, mode: 0o644, body: await readFile(join(directory, name)) })),
    ),
  );
  const file = `homelab-agent-dist-${manifest.version}.tar`;
  await storeUnlessSame(join(directory, file), bytes);
  return { file, sha256: sha256(bytes), bytes: bytes.length };
}

async function storeUnlessSame(path: string, bytes: Buffer): Promise<void> {
  const there = await readFile(path).catch(() => undefined);
  if (there === undefined || !there.equals(bytes)) {
    await store(path, bytes);
  }
}
