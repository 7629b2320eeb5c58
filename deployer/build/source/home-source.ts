import type { Arch } from '../../../agent/contract/requirements.ts';
import type { SentFile } from '../../apply/transfer.ts';
import { sha256 } from '../../lib/digest.ts';
import type { ArtifactSource, Build } from '../../run/dependencies.ts';
import { findHome } from '../home.ts';
import { readPins } from '../integrity.ts';
import { readPackaged, unitOf } from '../packaged.ts';
import { provideRuntime } from '../runtime.ts';
import { keptArtifact } from './kept-artifact.ts';

export interface HomeSourceOptions {
  /** Where finished runtimes are kept. */
  readonly cache: string;
  readonly progress: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Files built when needed, the artifact once: the agent from this checkout's sources (or as the npm package brought
 * it), Node from npm.
 */
export function homeSource(options: HomeSourceOptions): ArtifactSource {
  let built: Promise<Build> | undefined;
  return {
    build(): Promise<Build> {
      built ??= build(options);
      return built;
    },
    async runtime(arch: Arch): Promise<SentFile> {
      const home = await findHome();
      const integrity = (await readPins(home))[arch];
      const request = { ...options, arch, version: home.nodeVersion, integrity };
      const { name, path, bytes, sha256: digest } = await provideRuntime(request);
      return { file: `${name}.tar.gz`, sha256: digest, source: { file: path, bytes } };
    },
  };
}

async function build({ cache }: HomeSourceOptions): Promise<Build> {
  const home = await findHome();
  const { file, bytes, sums } = home.sources
    ? await keptArtifact(home, cache)
    : await readPackaged(home);
  return {
    version: home.version,
    sums,
    artifact: sentFile(file, bytes),
    nodeVersion: home.nodeVersion,
    sameSchema: true,
    unit: () => unitOf(bytes),
  };
}

function sentFile(file: string, content: Buffer): SentFile {
  return { file, sha256: sha256(content), source: { content } };
}
