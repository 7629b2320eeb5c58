/**
 * Just enough of tar (POSIX ustar) to write the same bytes for the same files, and to take a few files out
 * of an npm package. A header is one block of 512 bytes; the numbers in it are octal text:
 *
 *     0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 checksum[8]
 *     156 type     257 "ustar\0" "00"       265 user[32] 297 group[32]               345 prefix[155]
 */
export interface TarEntry {
  /** Ends with `/` for a directory. At most 100 bytes. */
  readonly name: string;
  readonly mode: number;
  readonly body: Uint8Array;
}

const block = 512;

/** Root's files, with the epoch's first second as their time, in the order given. */
export function writeTar(entries: readonly TarEntry[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    parts.push(header(entry), entry.body, padding(entry.body.length));
  }
  parts.push(Buffer.alloc(2 * block));
  return Buffer.concat(parts);
}

/**
 * The regular files of a tar, by name. Long names in extension headers are not looked up: a caller asks for
 * short ones.
 *
 * @throws RangeError where the text is no tar or ends too early.
 */
export function* readTar(tar: Buffer): Generator<TarEntry> {
  let at = 0;
  while (at + block <= tar.length && tar[at] !== 0) {
    const head = tar.subarray(at, at + block);
    if (text(head, 257, 5) !== 'ustar') {
      throw new RangeError(`Expected a tar header at byte ${at}, found something else`);
    }
    const size = octal(head, 124, 12);
    const start = at + block;
    if (start + size > tar.length) {
      throw new RangeError(`The tar ends at byte ${tar.length}, within a file of ${size} bytes`);
    }
    const type = String.fromCharCode(head[156] ?? 0);
    if (type === '0' || type === '\0') {
      const prefix = text(head, 345, 155);
      const name = text(head, 0, 100);
      yield {
        name: prefix === '' ? name : `${prefix}/${name}`,
        mode: octal(head, 100, 8),
        body: tar.subarray(start, start + size),
      };
    }
    at = start + size + padding(size).length;
  }
}

function header({ name, mode, body }: TarEntry): Buffer {
  if (Buffer.byteLength(name) > 100) {
    throw new RangeError(`Expected a name of at most 100 bytes, found "${name}"`);
  }
  const head = Buffer.alloc(block);
  head.write(name, 0);
  head.write(`${digits(mode, 7)}\0`, 100);
  head.write(`${digits(0, 7)}\0`, 108);
  head.write(`${digits(0, 7)}\0`, 116);
  head.write(`${digits(body.length, 11)}\0`, 124);
  head.write(`${digits(0, 11)}\0`, 136);
  head.write(name.endsWith('/') ? '5' : '0', 156);
  head.write('ustar\x0000', 257, 'latin1');
  head.write('root', 265);
  head.write('root', 297);
  // The checksum is the sum of the header's bytes with its own field read as spaces.
  head.fill(' ', 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${digits(sum, 6)}\0 `, 148);
  return head;
}

function padding(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

function digits(value: number, width: number): string {
  return value.toString(8).padStart(width, '0');
}

function text(head: Buffer, start: number, length: number): string {
  const field = head.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function octal(head: Buffer, start: number, length: number): number {
  const value = text(head, start, length).trim();
  if (!/^[0-7]+$/.test(value)) {
    throw new RangeError(`Expected an octal number in a tar header, found "${value}"`);
  }
  return Number.parseInt(value, 8);
}
