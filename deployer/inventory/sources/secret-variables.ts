import { join } from 'node:path';
import { listDirectory, readStart, readText } from '../files/read.ts';
import type { MapNode } from '../node.ts';
import { InventoryError } from '../problem.ts';
import { isVaulted } from '../vault/envelope.ts';
import type { Vault } from '../vault/vault.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { isSopsFile } from '../yaml/undecrypted.ts';
import type { OpenSource } from './source-kind.ts';

/**
 * Whether a variable of Ansible's answer is secret: the answer has everything in the clear. Those are that stand in
 * encrypted files of `group_vars/` and `host_vars/` in these directories; and if a source is vaulted as a whole, all,
 * because the answer does not say what came from it.
 */
export async function secretVariables(
  sources: readonly OpenSource[],
  directories: readonly string[],
  vault: Vault,
): Promise<(name: string) => boolean> {
  for (const source of sources) if (await holdsVaultedFile(source)) return () => true;
  const names = new Set<string>();
  for (const directory of directories) {
    for (const folder of ['group_vars', 'host_vars']) {
      for await (const file of filesBelow(join(directory, folder))) {
        for (const name of await secretNames(file, vault)) names.add(name);
      }
    }
  }
  return name => names.has(name);
}

/** What a directory's sources are not, to Ansible either. */
const NO_SOURCE = /^\.|^(?:group|host)_vars$/;

async function holdsVaultedFile({ source, secret }: OpenSource): Promise<boolean> {
  if (source.type !== 'directory') return secret;
  for await (const file of filesBelow(source.path, NO_SOURCE)) {
    if (isVaulted(await readStart(file, 32))) return true;
  }
  return false;
}

async function* filesBelow(folder: string, skipped?: RegExp, depth = 0): AsyncGenerator<string> {
  for (const [name, kind] of await listDirectory(folder, folder)) {
    if (skipped?.test(name)) continue;
    const path = join(folder, name);
    if (kind === 'file') yield path;
    else if (depth < 8) yield* filesBelow(path, skipped, depth + 1);
  }
}

/** A file that cannot be read or decrypted here was of no use to Ansible either, or it has complained. */
async function secretNames(file: string, vault: Vault): Promise<string[]> {
  try {
    const { text, secret } = await vault.openFile(await readText(file, file), file);
    const root = readYaml(text, file).root;
    return root?.kind === 'map' && (secret || isSopsFile(root)) ? keysOf(root) : [];
  } catch (error) {
    if (error instanceof InventoryError) return [];
    throw error;
  }
}

function keysOf(root: MapNode): string[] {
  return [...root.entries.keys()].map(String);
}
