import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '../../lib/errors.ts';
import { InventoryError, inventoryError } from '../problem.ts';
import { encryptedFile } from '../yaml/undecrypted.ts';

type Kind = 'file' | 'directory';

/** What stands in a directory, following links; nothing when there is no such directory. */
export async function listDirectory(
  folder: string,
  shown: string,
): Promise<ReadonlyMap<string, Kind>> {
  try {
    const names = await readdir(folder);
    const found = await Promise.all(
      names.map(async name => ({ name, kind: await kindOf(join(folder, name)) })),
    );
    return new Map(found.flatMap(({ name, kind }) => (kind === undefined ? [] : [[name, kind]])));
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return new Map();
    throw unreadable(shown, error);
  }
}

/** Undefined for a link that leads nowhere, and for sockets and the like. */
async function kindOf(path: string): Promise<Kind | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return 'directory';
    return found.isFile() ? 'file' : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ELOOP')) return undefined;
    throw error;
  }
}

/** Of a file, in bytes: the parser takes about a second for as much, in which nothing else happens. */
const LARGEST = 1024 * 1024;

/** A file's text; InventoryError when it cannot be read or is not UTF-8. */
export async function readText(path: string, shown: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST) {
      const text = `Expected a file of at most ${LARGEST} bytes, found one of ${size}`;
      throw inventoryError({ file: shown, line: 1, column: 1 }, text);
    }
    const bytes = await readFile(path);
    const encrypted = encryptedFile(bytes);
    if (encrypted !== undefined)
      throw inventoryError({ file: shown, line: 1, column: 1 }, encrypted);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(shown, error);
  }
}

/** The first bytes of a file, each as one character; nothing of a file that cannot be read. */
export async function readStart(path: string, length: number): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  }
}

function unreadable(shown: string, error: unknown) {
  if (error instanceof InventoryError) return error;
  if (error instanceof TypeError) {
    const message = 'Expected UTF-8 text, found other bytes: save the file as UTF-8';
    return inventoryError({ file: shown, line: 1, column: 1 }, message);
  }
  return inventoryError(undefined, `Cannot read ${shown}: ${fileError(error)}`);
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
