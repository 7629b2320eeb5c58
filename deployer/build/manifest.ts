import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { arches } from '../../agent/contract/requirements.ts';
import { UserError } from '../lib/errors.ts';

const File = z.strictObject({
  /** Beside the manifest. */
  file: z.string().regex(/^[\w.-]+\.tar\.gz$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
});

/** What `homelab-deploy build` made: dist/manifest.json. */
export const Manifest = z.strictObject({
  version: z.string(),
  artifact: z.strictObject({
    ...File.shape,
    /** The text of the artifact's SHA256SUMS, from which a release's name follows without unpacking it. */
    sums: z.string(),
  }),
  runtimes: z.partialRecord(z.enum(arches), z.strictObject({ name: z.string(), ...File.shape })),
});
export type Manifest = z.infer<typeof Manifest>;

/** The bytes of dist/manifest.json. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/**
 * Reads `manifest.json` in `directory`.
 * Throws UserError when it is missing or not one of this version's.
 */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, 'manifest.json');
  const again = `Run "homelab-deploy build --out ${directory}" to build it again`;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new UserError(`Cannot read ${path}, which lists what there is to install. ${again}`, {
      cause,
    });
  }
  try {
    return Manifest.parse(JSON.parse(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new UserError(`${path} is not a manifest of this version:\n${why}\n${again}`, { cause });
  }
}
