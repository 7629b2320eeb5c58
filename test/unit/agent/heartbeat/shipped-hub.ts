import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type * as source from '../../../../agent/heartbeat/hub.ts';
import { agentBundleOptions } from '../../../../deployer/release/bundle-options.ts';

const directory = await mkdtemp(join(tmpdir(), 'shipped-hub-'));
const outfile = join(directory, 'hub.mjs');
await build({
  ...agentBundleOptions('0.1.0'),
  entryPoints: [fileURLToPath(new URL('../../../../agent/heartbeat/hub.ts', import.meta.url))],
  outfile,
  logLevel: 'error',
});
const shipped: typeof source = await import(pathToFileURL(outfile).href);
await rm(directory, { recursive: true });

/** The agent's side of the hub as servers get it: undici without what is never used, and its parser a script. */
export const Hub = shipped.Hub;
