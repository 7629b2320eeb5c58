import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Far above any /proc text that the agent reads; a mount table of a busy container host is some 200 kB. */
const limit = 4 * 1024 * 1024;

/** One for all calls: reads are synchronous, so no two of them meet in it. */
const chunk = Buffer.allocUnsafe(64 * 1024);

/**
 * Text of a file whose size says nothing (procfs reports 0) and is not trusted.
 * Throws an Error when there is more than 4 MiB of it.
 */
export function readBounded(file: string, encoding: 'utf8' | 'latin1'): string {
  const descriptor = openSync(file, 'r');
  try {
    const full: Buffer[] = [];
    let used = 0;
    for (;;) {
      // procfs hands out a page or a record at a time: only an empty read is the end.
      const count = readSync(descriptor, chunk, used, chunk.length - used, null);
      used += count;
      if (count === 0) break;
      if (used < chunk.length) continue;
      full.push(Buffer.from(chunk));
      used = 0;
      if (full.length * chunk.length > limit) {
        throw new Error(`Expected at most ${limit} bytes in ${file}, found more`);
      }
    }
    const rest = chunk.subarray(0, used);
    return (full.length === 0 ? rest : Buffer.concat([...full, rest])).toString(encoding);
  } finally {
    closeSync(descriptor);
  }
}

/** The last `bytes` of an ordinary file as text. */
export function readTail(file: string, bytes: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const from = Math.max(0, fstatSync(descriptor).size - bytes);
    const tail = Buffer.alloc(bytes);
    return tail.subarray(0, readSync(descriptor, tail, 0, bytes, from)).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
