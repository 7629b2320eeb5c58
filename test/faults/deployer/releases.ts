import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { places } from '../../../agent/contract/places.ts';
import { packArtifact } from '../../../deployer/build/artifact.ts';
import { manifestText, readManifest } from '../../../deployer/build/manifest.ts';
import { sha256 } from '../../../deployer/lib/digest.ts';
import { readTar } from '../../../deployer/lib/tar.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { deployArgv } from '../../support/deploy.ts';

/** What a push is to bring to a server, ready made. */
export interface Release {
  readonly version: string;
  /** For `--dist`. */
  readonly dist: string;
  readonly inventory: string;
  /** The text of the artifact's SHA256SUMS. */
  readonly sums: string;
}

export interface Releases {
  /**
   * They differ in build, unit and configuration. Servers go from one to the next and keep two, so that each push sends
   * the artifact.
   */
  readonly good: readonly [Release, Release, Release];
  /** One that starts and ends at once, so that the installer restores the one before it. */
  readonly broken: Release;
}

const GATE_SECONDS = 1;
/** A program that still checks configurations. */
const DIES = "if (process.argv[2] === 'run') process.exit(1);\n";

/** Builds the agent once, and makes releases of it that differ in a few bytes. */
export async function makeReleases(fleet: Fleet): Promise<Releases> {
  const built = join(fleet.directory, 'built');
  await fleet.run(deployArgv(['build', '--out', built, '--arch', 'x64']));
  const good = [
    await makeRelease(fleet, built, '1.0.1', 40),
    await makeRelease(fleet, built, '1.0.2', 45),
    await makeRelease(fleet, built, '1.0.3', 50),
  ] as const;
  return { good, broken: await makeRelease(fleet, built, '1.0.4', 55, DIES) };
}

async function makeRelease(
  fleet: Fleet,
  built: string,
  version: string,
  interval: number,
  prefix = '',
): Promise<Release> {
  const { artifact, runtimes } = await readManifest(built);
  const { SHA256SUMS: _, ...files } = await filesOf(join(built, artifact.file));
  const { file, bytes, sums } = await packArtifact(version, {
    ...files,
    [places.unitName]: Buffer.from(`${files[places.unitName]}# ${version}\n`),
    'homelab-agent.mjs': Buffer.from(`${prefix}${files['homelab-agent.mjs']}`),
    VERSION: Buffer.from(`${version}\n`),
  });
  const dist = join(fleet.directory, version);
  await mkdir(dist);
  await writeFile(join(dist, file), bytes);
  for (const { file } of Object.values(runtimes)) await link(join(built, file), join(dist, file));
  const made = { file, sha256: sha256(bytes), bytes: bytes.length, sums };
  await writeFile(join(dist, 'manifest.json'), manifestText({ version, artifact: made, runtimes }));
  const inventory = join(fleet.directory, `${version}.yaml`);
  await fleet.inventory(inventory, {
    vars: {
      homelab_agent_dist_dir: dist,
      homelab_agent_gate_seconds: GATE_SECONDS,
      homelab_agent_heartbeat_interval: interval,
      homelab_agent_keep_releases: 2,
    },
  });
  return { version, dist, inventory, sums };
}

/** The files of an artifact, by their names in it. */
async function filesOf(archive: string): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for await (const { name, body } of readTar(await promisify(gunzip)(await readFile(archive)))) {
    files[name.slice(name.indexOf('/') + 1)] = Buffer.from(body);
  }
  return files;
}
