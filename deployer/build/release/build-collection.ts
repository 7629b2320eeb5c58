import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { execa } from 'execa';
import { type ArchiveFile, packWithDirectories } from '../../lib/archive.ts';
import { sha256 } from '../../lib/digest.ts';
import { UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { readTar } from '../../lib/tar.ts';

/** What is read of the two lists in a collection's tarball; the rest is kept. */
interface FileList {
  readonly files: readonly { readonly name: string; readonly ftype: 'file' | 'dir' }[];
}
interface Manifest {
  readonly file_manifest_file: object;
}

/**
 * Builds the collection in `ansible/` below `root`, as the file `out`. The same tree gives the same bytes.
 * Throws UserError where ansible-galaxy is missing or fails.
 */
export async function buildCollection(root: string, out: string): Promise<void> {
  const built = await mkdtemp(`${out}-`);
  try {
    await execa('ansible-galaxy', ['collection', 'build', '--output-path', built], {
      cwd: join(root, 'ansible'),
      stdin: 'ignore',
    });
    const [name = ''] = await readdir(built);
    await store(out, await inOrder(await readFile(join(built, name))));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(
      `The collection was not built: ${why}. It needs ansible-galaxy, such as of the package ansible-core`,
      { cause },
    );
  } finally {
    await rm(built, { recursive: true });
  }
}

/** The same collection without times and users, in the order of names: ansible-galaxy keeps that of the file system. */
async function inOrder(tarball: Uint8Array): Promise<Buffer> {
  const packed: Record<string, ArchiveFile> = {};
  for await (const { name, mode, body } of readTar(await promisify(gunzip)(tarball))) {
    packed[name] = { body, executable: (mode & 0o111) !== 0 };
  }
  const list: FileList = parsed(packed['FILES.json']);
  const files = list.files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const listText = json({ ...list, files });
  const manifest: Manifest = parsed(packed['MANIFEST.json']);
  const digest = { ...manifest.file_manifest_file, chksum_sha256: sha256(listText) };
  const manifestText = json({ ...manifest, file_manifest_file: digest });
  const directories = files.filter(({ name, ftype }) => ftype === 'dir' && name !== '.');
  return await packWithDirectories(
    directories.map(({ name }) => `${name}/`),
    { ...packed, 'FILES.json': plainFile(listText), 'MANIFEST.json': plainFile(manifestText) },
  );
}

function parsed<T>(file: ArchiveFile | undefined): T {
  return JSON.parse(Buffer.from(file?.body ?? []).toString());
}

function plainFile(text: string): ArchiveFile {
  return { body: Buffer.from(text), executable: false };
}

/** As ansible-galaxy writes it. */
function json(value: object): string {
  return JSON.stringify(value, null, 4);
}
