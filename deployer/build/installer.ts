import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Home } from './home.ts';

/** The parts of install-agent.sh below agent/install, in the order in which they make the script. */
const installerParts = [
  'install-agent/head',
  'contract',
  'requirements',
  'install-agent/begin',
  'install-agent/state',
  'install-agent/stage',
  'install-agent/modes',
  'install-agent/uninstall',
  'install-agent/takeover',
  'install-agent/switch',
  'install-agent/recovery',
  'install-agent/main',
];

/**
 * The text of install-agent.sh. On a server it is one file, so that nothing it needs can be missing in the middle of
 * an activation; here it is read a part at a time.
 *
 * @param root the directory of package.json
 */
export async function readInstaller(root: string): Promise<string> {
  return await readParts(root, installerParts);
}

/** The text of the one script that asks a server what it is and has. A published package has it ready-made. */
export async function readProbe({ root, sources, packaged }: Home): Promise<string> {
  return sources ? await joinProbe(root) : await readFile(join(packaged, 'probe.sh'), 'utf8');
}

/**
 * The same from its parts.
 *
 * @param contract the text of contract.sh, if it is not the one on disk
 */
export async function joinProbe(root: string, contract?: string): Promise<string> {
  const head = contract ?? (await readParts(root, ['contract']));
  return head + (await readParts(root, ['requirements', 'settings', 'probe']));
}

async function readParts(root: string, parts: readonly string[]): Promise<string> {
  const files = parts.map(part => join(root, 'agent', 'install', `${part}.sh`));
  return (await Promise.all(files.map(file => readFile(file, 'utf8')))).join('');
}
