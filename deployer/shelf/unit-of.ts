import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { places } from '../../agent/contract/places.ts';
import { readTar } from '../release/tar.ts';

/** The text of the unit inside an artifact. */
export async function unitOf(artifact: Buffer): Promise<string> {
  for await (const { name, body } of readTar(await promisify(gunzip)(artifact))) {
    if (name.endsWith(`/${places.unitName}`)) return Buffer.from(body).toString('utf8');
  }
  throw new Error(`Expected ${places.unitName} in the artifact, found none`);
}
