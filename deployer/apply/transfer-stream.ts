import { Readable } from 'node:stream';
import { bytesOf, tarBytes, tarChunks } from './tar-stream.ts';
import type { SentFile, Transfer } from './transfer.ts';

/** A transfer as the one stream for the command's standard input; `onBytes` gets the total handed out so far. */
export function transferStream(transfer: Transfer, onBytes: (sent: number) => void): Readable {
  return Readable.from(counted(transfer, onBytes), { objectMode: false });
}

/** Bytes of the whole stream, to show progress against. */
export function transferBytes({ members, tail }: Transfer): number {
  return tarBytes(members) + (tail === null ? 0 : sizeOf(tail));
}

async function* counted(
  { members, tail }: Transfer,
  onBytes: (sent: number) => void,
): AsyncGenerator<Buffer> {
  let sent = 0;
  for (const part of [tarChunks(members), ...(tail === null ? [] : [bytesOf(tail.source)])]) {
    for await (const chunk of part) {
      sent += chunk.length;
      onBytes(sent);
      yield chunk;
    }
  }
}

function sizeOf({ source }: SentFile): number {
  return 'content' in source ? source.content.length : source.bytes;
}
