import { resolve } from 'node:path';
import { readText } from '../files/read.ts';
import { splitPatterns } from './split-patterns.ts';

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
  const lines = (await readText(resolve(cwd, file), file)).split('\n');
  return lines.map(line => line.trim()).filter(line => line !== '');
}
