import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Artifact } from './artifact.ts';
import type { Home } from './home.ts';
import { readTar } from './tar.ts';

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
