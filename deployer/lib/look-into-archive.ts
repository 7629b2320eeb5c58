import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** What is in a .tar.gz, by digests. */
export interface ArchiveLook {
  readonly bytes: number;
  /** Of the archive itself, in hexadecimal digits. */
  readonly sha256: string;
  /** Of the archive itself, as npm writes it: `sha512-…`. */
  readonly integrity: string;
  /** Each entry by its name: type, mode and SHA-256, such as `file 755 9f86d081…`. */
  readonly entries: Readonly<Record<string, string>>;
}

/**
 * Reads an archive as a stream, as an unpacked Node is larger than all else in memory.
 * Throws an Error where the file is missing or is not exactly one archive.
 */
export async function lookIntoArchive(path: string): Promise<ArchiveLook> {
  const { size } = await stat(path);
  const [sha256, sha512] = [createHash('sha256'), createHash('sha512')];
  const raw = new Transform({
    transform(chunk, _encoding, done) {
      sha256.update(chunk);
      sha512.update(chunk);
      done(null, chunk);
    },
  });
  const gunzip = createGunzip();
  const tar = extract();
  const entries: Record<string, string> = {};
  await Promise.all([
    pipeline(createReadStream(path), raw, gunzip, tar),
    (async () => {
      for await (const entry of tar) {
        const content = createHash('sha256');
        await pipeline(entry, content);
        const { name, type, mode = 0 } = entry.header;
        entries[name] = `${type} ${mode.toString(8)} ${content.digest('hex')}`;
      }
    })(),
  ]);
  // What follows a complete archive is not read, and tar on a server would complain of it.
  if (gunzip.bytesWritten !== size) throw new Error(`Expected the end of ${path}, found more`);
  return {
    bytes: size,
    sha256: sha256.digest('hex'),
    integrity: `sha512-${sha512.digest('base64')}`,
    entries,
  };
}
