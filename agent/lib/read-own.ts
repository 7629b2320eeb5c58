import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Of the files that the agent keeps the largest is a list of some thousand updates. */
const limit = 4 * 1024 * 1024;

/**
 * Text of a file that the agent's user can write, also for root: a link is not followed, a pipe does not block, and
 * what is larger than 4 MiB is none of the agent's. Throws an Error that says why, with the system's code if it has one.
 */
export function readOwn(file: string): string {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const descriptor = openSync(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('not a regular file');
    if (stat.size > limit) throw new Error(`larger than ${limit} bytes`);
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0)).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Why a file could not be read, in one word where the system has one: `EACCES`. */
export function readingFault(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
