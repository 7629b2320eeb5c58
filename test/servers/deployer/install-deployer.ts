import { chmod, copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleDeployer } from '../../../deployer/build/bundle-deployer.ts';
import { findHome } from '../../../deployer/build/home.ts';
import { joinProbe } from '../../../deployer/build/installer.ts';
import { readPins } from '../../../deployer/build/integrity.ts';
import type { FleetHost } from '../../fleet/fleet-host.ts';

const ROOT = join(import.meta.dirname, '../../..');
const HOME = '/opt/homelab-deploy';

/** Puts Node and the deployer, as it is packed, on a server, so that it can be its own controller; answers with its command. */
export async function installDeployer(host: FleetHost): Promise<string> {
  const packaged = join(HOME, 'dist', 'npm');
  const node = join(host.root, 'usr/bin/node');
  await copyFile(process.execPath, node);
  await chmod(node, 0o755);
  await mkdir(join(host.root, packaged), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(host.root, HOME, 'package.json'));
  const files = {
    ...(await bundleDeployer(ROOT)).files,
    'probe.sh': await joinProbe(ROOT),
    'runtimes.json': JSON.stringify(await readPins(await findHome())),
  };
  for (const [name, body] of Object.entries(files)) {
    await writeFile(join(host.root, packaged, name), body);
  }
  return `/usr/bin/node ${join(packaged, 'homelab-deploy.mjs')}`;
}

/** Copies a file of this machine onto a server, where only the operator may read it. */
export async function giveOperator(host: FleetHost, from: string, to: string): Promise<void> {
  await writeFile(join(host.root, to), await readFile(from));
  await host.exec(`chown admin: ${to} && chmod 600 ${to}`);
}
