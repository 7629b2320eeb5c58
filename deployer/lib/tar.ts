import { buffer } from 'node:stream/consumers';
import { extract, type Header, pack } from 'tar-stream';

export interface TarEntry {
  /** Ends with `/` for a directory. */
  readonly name: string;
  readonly mode: number;
  readonly body: Uint8Array;
}

/** What makes two tars of the same files the same bytes: root's, and from the epoch's first second. */
export const anonymous = {
  uid: 0,
  gid: 0,
  uname: 'root',
  gname: 'root',
  mtime: new Date(0),
} as const satisfies Partial<Header>;

/** The entries in the order given. */
export async function writeTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { name, mode, body } of entries) {
    const type = name.endsWith('/') ? 'directory' : 'file';
    tar.entry({ ...anonymous, name, mode, type, size: body.length }, Buffer.from(body));
  }
  tar.finalize();
  return buffer(tar);
}

/** The regular files of a tar. Throws an Error if the bytes are no tar or end too early. */
export async function* readTar(tar: Uint8Array): AsyncGenerator<TarEntry> {
  const entries = extract();
  entries.end(tar);
  for await (const entry of entries) {
    const { name, mode = 0o644, type } = entry.header;
    const body = await buffer(entry);
    if (type === 'file') yield { name, mode, body };
  }
}
