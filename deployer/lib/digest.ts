import { createHash } from 'node:crypto';

/** SHA-256 in lower-case hexadecimal digits, as sha256sum prints it. Text is encoded as UTF-8. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * The text of SHA256SUMS, as `sha256sum` prints it and `sha256sum -c` reads it, sorted by name as the C
 * locale does:
 *
 *     9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  VERSION
 */
export function sha256sums(files: Readonly<Record<string, Uint8Array>>): string {
  return sumsText(
    Object.fromEntries(Object.entries(files).map(([name, body]) => [name, sha256(body)])),
  );
}

/** The same of digests that are known. */
export function sumsText(digests: Readonly<Record<string, string>>): string {
  return Object.entries(digests)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, digest]) => `${digest}  ${name}\n`)
    .join('');
}
