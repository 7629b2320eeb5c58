import { copyFile, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { agentBundleOptions } from '../../deployer/build/bundle.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What takes the place of the system's time in a bundle. */
export interface OtherTime {
  /** A module in place of `agent/lib/clock.ts`. */
  readonly clock: string;
  /** A module whose exports stand in for globals of these names. */
  readonly globals?: string;
}

export const fastTime: OtherTime = { clock: path('fast-clock.ts') };

export interface Release {
  /** What the unit starts. */
  readonly launcher: string;
  /** Of the bundle, in bytes. */
  readonly size: number;
}

/** Makes a release as it stands on a server: the launcher, the bundle, the link to Node; or one with another time. */
export async function writeRelease(directory: string, time?: OtherTime): Promise<Release> {
  await mkdir(directory);
  const shipped = agentBundleOptions('0.0.0');
  const outfile = join(directory, 'homelab-agent.mjs');
  await build({
    ...shipped,
    plugins: [...(time === undefined ? [] : [clockFrom(time.clock)]), ...(shipped.plugins ?? [])],
    inject: time?.globals === undefined ? [] : [time.globals],
    entryPoints: [path('../../agent/main.ts')],
    outfile,
    logLevel: 'error',
  });
  const launcher = join(directory, 'homelab-agent');
  await copyFile(path('../../agent/install/homelab-agent'), launcher);
  await symlink(process.execPath, join(directory, 'node'));
  return { launcher, size: (await readFile(outfile)).length };
}

function clockFrom(file: string): Plugin {
  return {
    name: 'clock',
    setup({ onResolve }) {
      onResolve({ filter: /\/lib\/clock\.ts$/ }, () => ({ path: file }));
    },
  };
}
