import { join } from 'node:path';
import { listDirectory, readText } from '../files/read.ts';
import type { MapNode } from '../node.ts';
import { InventoryError } from '../problem.ts';
import type { Vault } from '../vault/vault.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { isSopsFile } from '../yaml/undecrypted.ts';

/**
 * The variables that stand in encrypted files of `group_vars/` and `host_vars/` in these directories: Ansible's answer
 * has their values in the clear and does not say that they were not.
 */
export async function secretVariables(
  directories: readonly string[],
  vault: Vault,
): Promise<Set<string>> {
  const names = new Set<string>();
  for (const directory of directories) {
    for (const folder of ['group_vars', 'host_vars']) {
      for await (const file of filesBelow(join(directory, folder))) {
        for (const name of await secretNames(file, vault)) names.add(name);
      }
    }
  }
  return names;
}

async function* filesBelow(folder: string, depth = 0): AsyncGenerator<string> {
  for (const [name, kind] of await listDirectory(folder, folder)) {
    const path = join(folder, name);
    if (kind === 'file') yield path;
    else if (depth < 8) yield* filesBelow(path, depth + 1);
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
