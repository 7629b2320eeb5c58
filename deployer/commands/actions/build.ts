import { join, resolve } from 'node:path';
import { buildDist } from '../../build/build-dist.ts';
import { findHome } from '../../build/home.ts';
import type { Context } from '../../context.ts';
import { cacheDirectory } from '../../lib/xdg.ts';
import type { BuildFlags } from '../build.ts';

/** What `homelab-deploy build` does. */
export async function runBuild(context: Context, options: BuildFlags): Promise<void> {
  const { manifest, archive } = await buildDist({
    home: await findHome(),
    out: resolve(context.cwd, options.out),
    arches: options.arch,
    cache: cacheDirectory(context),
    progress: message => context.stderr.write(`${message}\n`),
    signal: context.signal,
    env: context.env,
  });
  const { artifact, runtimes } = manifest;
  for (const made of [artifact, ...Object.values(runtimes), archive]) {
    const size = `${(made.bytes / 1e6).toFixed(1)} MB`;
    context.stdout.write(`${join(options.out, made.file)}  ${size}  sha256 ${made.sha256}\n`);
  }
}
