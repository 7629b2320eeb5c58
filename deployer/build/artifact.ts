import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packTarGz } from '../lib/archive.ts';
import { sha256sums } from '../lib/digest.ts';
import { bundleAgent } from './bundle.ts';
import { licencesText } from './bundled-packages.ts';
import { readInstaller } from './installer.ts';

/** Shipped unchanged. */
const installFiles = [
  'config.schema.json',
  'config.yaml.example',
  'homelab-agent',
  'homelab-agent.service',
] as const;

const programs: readonly string[] = ['homelab-agent', 'install-agent.sh'];

export interface Artifact {
  /** Such as `homelab-agent-0.1.0.tar.gz`. */
  readonly file: string;
  readonly bytes: Buffer;
  /** The text of its SHA256SUMS. */
  readonly sums: string;
  /** Its files by name, SHA256SUMS included. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Builds the agent and packs it with all that installs it. The same tree gives the same bytes. */
export async function buildArtifact(root: string, version: string): Promise<Artifact> {
  const { code, packages } = await bundleAgent(root, version);
  const shipped: Record<string, Uint8Array> = {
    'homelab-agent.mjs': code,
    'install-agent.sh': Buffer.from(await readInstaller(root)),
    LICENSE: await readFile(join(root, 'LICENSE')),
    'THIRD-PARTY-LICENSES': Buffer.from(licencesText('The agent', packages)),
    VERSION: Buffer.from(`${version}\n`),
  };
  for (const name of installFiles) {
    shipped[name] = await readFile(join(root, 'agent', 'install', name));
  }
  return packArtifact(version, shipped);
}

/** @param shipped the artifact's files by name, without SHA256SUMS */
export async function packArtifact(
  version: string,
  shipped: Readonly<Record<string, Uint8Array>>,
): Promise<Artifact> {
  const sums = sha256sums(shipped);
  const files = { ...shipped, SHA256SUMS: Buffer.from(sums) };
  const top = `homelab-agent-${version}`;
  const bytes = await packTarGz(
    top,
    Object.fromEntries(
      Object.entries(files).map(([name, body]) => [
        name,
        { body, executable: programs.includes(name) },
      ]),
    ),
  );
  return { file: `${top}.tar.gz`, bytes, sums, files };
}
