import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { Host } from '../../../../../agent/host/host.ts';

/** A file's text, or `-> target` for a symbolic link. */
export type Files = Readonly<Record<string, string>>;

/** Writes `files` below a directory, which a test may call again for what changes between two beats. */
export function write(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    if (text.startsWith('-> ')) symlinkSync(text.slice(3), file);
    else writeFileSync(file, text, 'latin1');
  }
}

/** A host with these files and no others, gone when the test ends. */
export function hostTree(t: TestContext, files: Files): { host: Host; root: string } {
  const root = mkdtempSync(join(tmpdir(), 'host-tree-'));
  t.after(() => rmSync(root, { recursive: true }));
  write(root, files);
  return { host: new Host(root), root };
}
