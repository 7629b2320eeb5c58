import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { anonymous } from '../lib/tar.ts';

/** A member of the transfer: bytes in memory, or a local file that is read at the pace of the connection. */
export type TarMember =
  | { readonly name: string; readonly content: Buffer }
  | { readonly name: string; readonly file: string; readonly bytes: number };

const BLOCK = 512;
/** Large enough for a fast connection, small enough for a hundred at once. */
const PIECE = 1 << 16;

/**
 * The members as one uncompressed tar, mode 0600, made while it is read, so that a runtime of tens of megabytes
 * never stands in memory.
 */
export async function* tarChunks(members: readonly TarMember[]): AsyncGenerator<Buffer> {
  const tar = pack({ highWaterMark: PIECE });
  const filled = fill(tar, members).catch((error: Error) => tar.destroy(error));
  yield* tar as AsyncIterable<Buffer>;
  await filled;
}

/** Bytes of the whole stream, to show progress against. */
export function tarBytes(members: readonly TarMember[]): number {
  return members.reduce((sum, member) => sum + BLOCK + padded(size(member)), 2 * BLOCK);
}

/** The bytes of a local file, or those in memory, in pieces. */
export async function* bytesOf(
  source: { readonly content: Buffer } | { readonly file: string },
): AsyncGenerator<Buffer> {
  if ('content' in source) yield* pieces(source.content);
  else yield* createReadStream(source.file, { highWaterMark: PIECE });
}

async function fill(tar: Pack, members: readonly TarMember[]): Promise<void> {
  for (const member of members) {
    const entry = tar.entry({ ...anonymous, name: member.name, mode: 0o600, size: size(member) });
    await pipeline(bytesOf(member), entry);
  }
  tar.finalize();
}

/** Reports progress while a large member is sent, not all of it at its start. */
function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
}

function size(member: TarMember): number {
  return 'content' in member ? member.content.length : member.bytes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}
