import { resolve } from 'node:path';
import { readText } from '../files/read.ts';
import { parseAddress } from '../hosts/address.ts';

/**
 * The patterns of `--limit`, where `@FILE` stands for the lines of a file (relative to `cwd`). Throws InventoryError
 * when the file cannot be read.
 */
export async function readLimit(limit: string, cwd: string): Promise<string[]> {
  const patterns: string[] = [];
  for (const pattern of splitPatterns([limit])) {
    if (!pattern.startsWith('@')) patterns.push(pattern);
    else patterns.push(...(await readLines(pattern.slice(1), cwd)));
  }
  return patterns;
}

async function readLines(file: string, cwd: string): Promise<string[]> {
  const lines = (await readText(resolve(cwd, file), `--limit @${file}`)).split('\n');
  return lines.map(line => line.trim()).filter(line => line !== '');
}

/**
 * `nas,!nas-2` → `nas`, `!nas-2`; without a comma a colon separates too (`nas:&lab`), unless it belongs to an address
 * or a range (`db[1:3]`, `2001:db8::7`).
 */
export function splitPatterns(patterns: readonly string[]): string[] {
  return patterns
    .flatMap(splitOne)
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '');
}

function splitOne(pattern: string): readonly string[] {
  if (pattern.includes(',')) return pattern.split(',');
  if (parseAddress(pattern) !== undefined) return [pattern];
  return pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? [];
}
