import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { agentBundleOptions } from '../../deployer/build/bundle.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Puts the fast clock where the system's was. */
const fast: Plugin = {
  name: 'fast',
  setup({ onResolve }) {
    onResolve({ filter: /\/clock\.ts$/ }, () => ({ path: path('fast-clock.ts') }));
  },
};

export interface Release {
  /** What the unit starts. */
  readonly launcher: string;
  /** Of the bundle, in bytes. */
  readonly size: number;
}

/**
 * Makes a release as it stands on a server: the launcher, the bundle, the link to Node; or one whose time runs fast.
 */
export async function writeRelease(
  directory: string,
  options: { fast: boolean },
): Promise<Release> {
  await mkdir(directory);
  const shipped = agentBundleOptions('0.0.0');
  const outfile = join(directory, 'homelab-agent.mjs');
  await build({
    ...shipped,
    plugins: [...(options.fast ? [fast] : []), ...(shipped.plugins ?? [])],
    entryPoints: [path('../../agent/main.ts')],
    outfile,
    logLevel: 'error',
  });
  const launcher = join(directory, 'homelab-agent');
  await copyFile(path('../../agent/install/homelab-agent'), launcher);
  await symlink(process.execPath, join(directory, 'node'));
  return { launcher, size: (await readFile(outfile)).length };
}
