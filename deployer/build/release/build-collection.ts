import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { execa } from 'execa';
import { sha256 } from '../../lib/digest.ts';
import { UserError } from '../../lib/errors.ts';
import { store } from '../../lib/store.ts';
import { readTar, writeTar } from '../../lib/tar.ts';

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
  const bodies = new Map<string, Uint8Array>();
  const executable = new Set<string>();
  for await (const { name, mode, body } of readTar(await promisify(gunzip)(tarball))) {
    bodies.set(name, body);
    if ((mode & 0o111) !== 0) executable.add(name);
  }
  const list: FileList = parsed(bodies, 'FILES.json');
  const files = list.files.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const listText = json({ ...list, files });
  const manifest: Manifest = parsed(bodies, 'MANIFEST.json');
  const digest = { ...manifest.file_manifest_file, chksum_sha256: sha256(listText) };
  bodies.set('FILES.json', Buffer.from(listText));
  bodies.set('MANIFEST.json', Buffer.from(json({ ...manifest, file_manifest_file: digest })));
  const directories = files.filter(({ name, ftype }) => ftype === 'dir' && name !== '.');
  const tar = await writeTar([
    ...directories.map(({ name }) => ({ name: `${name}/`, mode: 0o755, body: Buffer.alloc(0) })),
    ...[...bodies]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, body]) => ({ name, mode: executable.has(name) ? 0o755 : 0o644, body })),
  ]);
  return promisify(gzip)(tar, { level: 9 });
}

function parsed<T>(bodies: ReadonlyMap<string, Uint8Array>, name: string): T {
  return JSON.parse(Buffer.from(bodies.get(name) ?? []).toString());
}

/** As ansible-galaxy writes it. */
function json(value: object): string {
  return JSON.stringify(value, null, 4);
}
