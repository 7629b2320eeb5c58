import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { store } from '../lib/store.ts';
import { buildArtifact } from './artifact.ts';
import type { Home } from './home.ts';
import { readPins } from './integrity.ts';

/**
 * Makes dist/npm: what a published package has in place of the sources. The agent as one file and as the
 * artifact that servers get, the deployer as one file (its dependencies stay packages), and what the lock
 * file pins, as npm publishes no lock file.
 */
export async function buildPackage(home: Home): Promise<void> {
  const artifact = await buildArtifact(home.root, home.version);
  const files: Record<string, string | Uint8Array> = {
    [artifact.file]: artifact.bytes,
    'homelab-agent.mjs': artifact.files['homelab-agent.mjs'] ?? '',
    'homelab-deploy.mjs': await bundleDeployer(home.root),
    'runtimes.json': `${JSON.stringify(await readPins(home), null, 2)}\n`,
  };
  await rm(home.packaged, { recursive: true, force: true });
  for (const [name, body] of Object.entries(files)) await store(join(home.packaged, name), body);
}

async function bundleDeployer(root: string): Promise<Uint8Array> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(root, 'deployer', 'main.ts')],
    absWorkingDir: root,
    outfile: 'homelab-deploy.mjs',
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    write: false,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error('Expected one bundle from esbuild, found none');
  return output.contents;
}
