import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { readText } from './files/read.ts';
import { readGroups } from './groups/read-groups.ts';
import { readYaml } from './yaml/read-yaml.ts';

/**
 * The names of an inventory's groups and hosts, for the Tab key: from the one file alone, without variables, so that
 * no vault password is asked for. Throws InventoryError when the file cannot be read.
 */
export async function inventoryNames(context: Context, file: string): Promise<string[]> {
  const text = await readText(resolve(context.cwd, file), file);
  const { family } = readGroups(readYaml(text, file).root, file);
  return [...new Set([...family.groups.keys(), ...family.hosts.keys()])];
}
