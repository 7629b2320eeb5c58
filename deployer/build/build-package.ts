import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { store } from '../lib/store.ts';
import { buildArtifact } from './artifact.ts';
import { bundleDeployer } from './bundle-deployer.ts';
import { licencesText } from './bundled-packages.ts';
import type { Home } from './home.ts';
import { joinProbe } from './installer.ts';
import { readPins } from './integrity.ts';
import { manPage } from './man-page.ts';
import { readSbom, SBOM } from './sbom.ts';

/**
 * Makes dist/npm: what a published package has in place of the sources. The agent as one file and as the artifact that
 * servers get, the deployer with all its packages in it, what the lock file pins, as npm publishes no lock file, and the
 * list of all that is in these.
 */
export async function buildPackage(home: Home): Promise<void> {
  const artifact = await buildArtifact(home.root, home.version);
  const deployer = await bundleDeployer(home.root);
  const files: Record<string, string | Uint8Array> = {
    ...deployer.files,
    [artifact.file]: artifact.bytes,
    'homelab-agent.mjs': artifact.files['homelab-agent.mjs'] ?? '',
    'homelab-deploy.1': manPage(home.version),
    'LICENSES-homelab-agent': artifact.files['THIRD-PARTY-LICENSES'] ?? '',
    'LICENSES-homelab-deploy': licencesText('homelab-deploy', deployer.packages),
    'probe.sh': await joinProbe(home.root),
    'runtimes.json': `${JSON.stringify(await readPins(home), null, 2)}\n`,
    [SBOM]: await readSbom(home),
  };
  await rm(home.packaged, { recursive: true, force: true });
  for (const [name, body] of Object.entries(files)) await store(join(home.packaged, name), body);
}
