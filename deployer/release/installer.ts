import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The parts of install-agent.sh below agent/install/install-agent, in the order in which they make the script. */
const parts = [
  'head',
  'words',
  'arguments',
  'server',
  'wanted',
  'present',
  'staging',
  'parts',
  'install',
  'switch',
  'recovery',
  'gate',
  'takeover',
  'releases',
  'main',
] as const;

/**
 * The text of install-agent.sh. On a server it is one file, so that nothing it needs can be missing in the middle of
 * an activation; here it is read a part at a time.
 */
export async function readInstaller(root: string): Promise<string> {
  const directory = join(root, 'agent', 'install', 'install-agent');
  const texts = await Promise.all(
    parts.map(part => readFile(join(directory, `${part}.sh`), 'utf8')),
  );
  return texts.join('');
}
