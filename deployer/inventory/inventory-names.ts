import type { Context } from '../context.ts';
import { readText } from './files/read.ts';
import { readGroups } from './groups/read-groups.ts';
import { inventorySources } from './sources/find-sources.ts';
import { readYaml } from './yaml/read-yaml.ts';

/**
 * The names of an inventory's groups and hosts, for the Tab key: from YAML files alone, without variables, so that no
 * vault password is asked for and no program runs. Throws InventoryError when a file cannot be read.
 */
export async function inventoryNames(
  context: Context,
  named: readonly string[],
): Promise<string[]> {
  const all = await inventorySources(context, named);
  const files = await Promise.all(
    all.map(async ({ path, shown }) => {
      const { root } = readYaml(await readText(path, shown), shown);
      return { root, path, shown };
    }),
  );
  const { family } = readGroups(files);
  return [...new Set([...family.groups.keys(), ...family.hosts.keys()])];
}
