import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from '../../../agent/contract/requirements.ts';
import type { SentFile } from '../../apply/transfer.ts';
import { UserError } from '../../lib/errors.ts';
import type { ArtifactSource, Build } from '../../run/dependencies.ts';
import { findHome } from '../home.ts';
import { readManifest } from '../manifest.ts';
import { unitOf } from '../packaged.ts';

/** Files that `homelab-deploy build` left in a directory, as they are. */
export function distSource(directory: string): ArtifactSource {
  const sent = ({
    file,
    sha256,
    bytes,
  }: {
    file: string;
    sha256: string;
    bytes: number;
  }): SentFile => ({
    file,
    sha256,
    source: { file: join(directory, file), bytes },
  });
  return {
    async build(): Promise<Build> {
      const { version, artifact, runtimes } = await readManifest(directory);
      const name = Object.values(runtimes)[0]?.name;
      return {
        version,
        sums: artifact.sums,
        artifact: sent(artifact),
        nodeVersion: /^node-v(.+)-linux-/.exec(name ?? '')?.[1] ?? (await findHome()).nodeVersion,
        // It may have been built from other sources.
        sameSchema: false,
        unit: async () => unitOf(await readFile(join(directory, artifact.file))),
      };
    },
    async runtime(arch: Arch): Promise<SentFile> {
      const runtime = (await readManifest(directory)).runtimes[arch];
      if (runtime !== undefined) return sent(runtime);
      throw new UserError(
        `Expected the Node runtime for ${arch} in ${directory}, found none. Run "homelab-deploy build --out ${directory} --arch ${arch}" to build it`,
      );
    },
  };
}
