import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { places } from '../../agent/contract/places.ts';
import { readTar } from '../lib/tar.ts';
import type { Artifact } from './artifact.ts';
import type { Home } from './home.ts';

/** The artifact that an npm package of this program brings ready-made. */
export async function readPackaged(home: Home): Promise<Pick<Artifact, 'file' | 'bytes' | 'sums'>> {
  const top = `homelab-agent-${home.version}`;
  const file = `${top}.tar.gz`;
  const bytes = await readFile(join(home.packaged, file));
  for await (const { name, body } of readTar(await promisify(gunzip)(bytes))) {
    if (name === `${top}/SHA256SUMS`) {
      return { file, bytes, sums: Buffer.from(body).toString('utf8') };
    }
  }
  throw new Error(`Expected ${top}/SHA256SUMS in ${file}, found none`);
}

/** The text of the unit inside an artifact. */
export async function unitOf(artifact: Buffer): Promise<string> {
  for await (const { name, body } of readTar(await promisify(gunzip)(artifact))) {
    if (name.endsWith(`/${places.unitName}`)) return Buffer.from(body).toString('utf8');
  }
  throw new Error(`Expected ${places.unitName} in the artifact, found none`);
}
