import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Artifact, packArtifact } from '../../../../deployer/build/artifact.ts';
import { findHome } from '../../../../deployer/build/home.ts';
import { readInstaller } from '../../../../deployer/build/installer.ts';
import { readPins } from '../../../../deployer/build/integrity.ts';
import { provideRuntime } from '../../../../deployer/build/runtime.ts';
import { cacheDirectory } from '../../../../deployer/lib/xdg.ts';
import type { FleetHost } from '../../../fleet/fleet-host.ts';

const here = dirname(fileURLToPath(import.meta.url));

const { nodeVersion } = await findHome();

/** The runtime that servers get. */
export const RUNTIME = `node-v${nodeVersion}-linux-x64`;

export type Behaviour =
  | 'good'
  | 'dies at once'
  | 'dies after 3 s'
  | 'never ready'
  | 'never beats'
  | 'is refused'
  | 'cannot check'
  | 'speaks of another release';

/** The artifact of an agent that does nothing but what the installer looks at. */
export async function stubArtifact(
  version: string,
  behaviour: Behaviour = 'good',
): Promise<Artifact> {
  const home = await findHome();
  const stub = await readFile(join(here, 'stub-agent.mjs'), 'utf8');
  const shipped: Record<string, Uint8Array> = {
    'homelab-agent.mjs': Buffer.from(
      behaviour === 'cannot check' ? '}' : stub.replace("'good'", JSON.stringify(behaviour)),
    ),
    LICENSE: Buffer.from('MIT\n'),
    'THIRD-PARTY-LICENSES': Buffer.from('none\n'),
    VERSION: Buffer.from(`${version}\n`),
  };
  const install = join(home.root, 'agent', 'install');
  for (const name of ['config.yaml.example', 'homelab-agent', 'homelab-agent.service']) {
    shipped[name] = await readFile(join(install, name));
  }
  // It sets PATH itself; the programs of a test stand before the real ones.
  const installer = (await readInstaller(home.root)).replace(' PATH=', ` PATH=\${SHIM:-/none}:`);
  shipped['install-agent.sh'] = Buffer.from(installer);
  // Each version with a unit of its own, so that a unit left over from another one shows.
  const unit = `${shipped['homelab-agent.service']}# ${version}\n`;
  shipped['homelab-agent.service'] = Buffer.from(unit);
  return packArtifact(version, shipped);
}

/** Puts the runtime's archive on a host, as a person would by scp. @returns its path there */
export async function putRuntime(host: FleetHost): Promise<string> {
  const home = await findHome();
  const pins = await readPins(home);
  const { name, path: archive } = await provideRuntime({
    arch: 'x64',
    version: home.nodeVersion,
    integrity: pins.x64,
    cache: cacheDirectory({ env: process.env, home: homedir() }),
    progress: () => {},
  });
  const path = `/root/${name}.tar.gz`;
  await copyFile(archive, join(host.root, path));
  return path;
}

/** Unpacks an artifact on a host. @returns the path of its install-agent.sh */
export async function unpack(host: FleetHost, artifact: Artifact, at: string): Promise<string> {
  const directory = `/root/${at}`;
  await mkdir(join(host.root, directory), { recursive: true });
  await writeFile(join(host.root, directory, artifact.file), artifact.bytes);
  await host.exec(`cd ${directory} && tar xzf ${artifact.file}`);
  return `${directory}/${artifact.file.replace('.tar.gz', '')}/install-agent.sh`;
}
