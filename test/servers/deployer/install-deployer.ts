import { chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { joinProbe } from '../../../deployer/build/installer.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';

const ROOT = join(import.meta.dirname, '../../..');
const HOME = '/opt/homelab-deploy';
/** What packages in the older kind of module expect around them. */
const COMMON_JS =
  "import { createRequire as commonJs } from 'node:module'; const require = commonJs(import.meta.url); const __dirname = import.meta.dirname;";

/**
 * Puts Node and the deployer, as one file, on a server, so that it can be its own controller; answers with its command.
 */
export async function installDeployer(host: FleetHost): Promise<string> {
  const program = join(HOME, 'dist', 'npm', 'homelab-deploy.mjs');
  const node = join(host.root, 'usr/bin/node');
  await copyFile(process.execPath, node);
  await chmod(node, 0o755);
  await mkdir(join(host.root, dirname(program)), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(host.root, HOME, 'package.json'));
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'deployer', 'main.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: COMMON_JS },
    // What ssh2 tries for speed and does without, and what only a checkout needs.
    external: ['*.node', 'cpu-features', 'esbuild'],
    write: false,
    logLevel: 'silent',
  });
  await writeFile(join(host.root, program), outputFiles[0]?.contents ?? '');
  await writeFile(join(host.root, HOME, 'dist', 'npm', 'probe.sh'), await joinProbe(ROOT));
  return `/usr/bin/node ${program}`;
}

/** Copies a file of this machine onto a server, where only the operator may read it. */
export async function giveOperator(host: FleetHost, from: string, to: string): Promise<void> {
  await writeFile(join(host.root, to), await readFile(from));
  await host.exec(`chown admin: ${to} && chmod 600 ${to}`);
}
