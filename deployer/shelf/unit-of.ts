import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { layout } from '../release/layout.ts';
import { readTar } from '../release/tar.ts';

/** The text of the unit inside an artifact. */
export async function unitOf(artifact: Buffer): Promise<string> {
  for await (const { name, body } of readTar(await promisify(gunzip)(artifact))) {
    if (name.endsWith(`/${layout.unitName}`)) return Buffer.from(body).toString('utf8');
  }
  throw new Error(`Expected ${layout.unitName} in the artifact, found none`);
}
