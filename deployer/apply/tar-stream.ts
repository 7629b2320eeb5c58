import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';

/** A member of the transfer: bytes at hand, or a file of this machine that is read as the link takes it. */
export type TarMember =
  | { readonly name: string; readonly content: Buffer }
  | { readonly name: string; readonly file: string; readonly bytes: number };

const BLOCK = 512;
const PIECE = 1 << 18;

/**
 * The members as one uncompressed tar (ustar), mode 0600, made while it is read, so that a runtime of tens of megabytes
 * never stands in memory. `onBytes` is called with the total handed out so far.
 */
export function tarStream(
  members: readonly TarMember[],
  onBytes: (sent: number) => void = () => {},
): Readable {
  return Readable.from(chunks(members, onBytes), { objectMode: false, highWaterMark: PIECE });
}

/** Bytes of the whole stream, to show progress against. */
export function tarBytes(members: readonly TarMember[]): number {
  return members.reduce((sum, member) => sum + BLOCK + padded(size(member)), 2 * BLOCK);
}

async function* chunks(
  members: readonly TarMember[],
  onBytes: (sent: number) => void,
): AsyncGenerator<Buffer> {
  let sent = 0;
  const count = (chunk: Buffer): Buffer => {
    sent += chunk.length;
    onBytes(sent);
    return chunk;
  };
  for (const member of members) {
    const bytes = size(member);
    yield count(header(member.name, bytes));
    if ('content' in member) {
      for (let at = 0; at < bytes; at += PIECE) {
        yield count(member.content.subarray(at, at + PIECE));
      }
    } else {
      let read = 0;
      for await (const chunk of createReadStream(member.file, { highWaterMark: PIECE })) {
        read += chunk.length;
        yield count(chunk);
      }
      if (read !== bytes) {
        throw new Error(`Expected ${bytes} bytes in "${member.file}", found ${read}`);
      }
    }
    yield count(Buffer.alloc(padded(bytes) - bytes));
  }
  yield count(Buffer.alloc(2 * BLOCK));
}

function size(member: TarMember): number {
  return 'content' in member ? member.content.length : member.bytes;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

/** POSIX.1-1988 ustar: name, mode, uid, gid, size, mtime, checksum, type, … in fixed octal fields. */
function header(name: string, bytes: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`Expected a short name, found "${name}"`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write('0000600\x000000000\x000000000\0', 100);
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
