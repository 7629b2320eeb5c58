import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

const PIECE = 1 << 18;

/** SHA-256 in lower-case hexadecimal digits, as sha256sum prints it. Text is taken as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The same of a file, through one small buffer: a stream would leave as much garbage as the file has bytes. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  await using file = await open(path);
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, PIECE);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(piece.subarray(0, bytesRead));
  }
}

/**
 * The text of SHA256SUMS, as `sha256sum` prints it and `sha256sum -c` reads it, sorted by name as the C
 * locale does:
 *
 *     9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  VERSION
 */
export function sha256sums(files: Readonly<Record<string, Uint8Array>>): string {
  return Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, body]) => `${sha256(body)}  ${name}\n`)
    .join('');
}
