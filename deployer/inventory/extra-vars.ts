import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import type { AnsibleSettings } from './config/settings.ts';
import { readText } from './files/read.ts';
import { toVariables } from './files/vars-folder.ts';
import type { Variables } from './groups/group.ts';
import { keyValues } from './key-values.ts';
import type { Entry, Node } from './node.ts';
import { inventoryError, type Position, showPosition } from './problem.ts';
import type { Vault } from './vault/vault.ts';
import { readYaml } from './yaml/read-yaml.ts';

/** Where the value of an option stands. */
const AT: Position = { file: '-e', line: 0, column: 0 };

/**
 * The variables of `-e`, which win over all others: `key=value key2="a b"` gives texts, `@FILE` and `{key: value}` any
 * YAML. A later one replaces an earlier one. Throws InventoryError.
 */
export async function readExtraVars(
  options: readonly string[],
  { context, vault, settings }: { context: Context; vault: Vault; settings: AnsibleSettings },
): Promise<Variables> {
  const variables: Variables = new Map();
  for (const option of options) {
    const read = option.startsWith('@')
      ? await readFile(option.slice(1), context, vault)
      : readOption(option);
    for (const [name, entry] of read) {
      if (entry.node.kind === 'map') refuseMerge(name, entry, settings);
      variables.set(name, entry);
    }
  }
  return variables;
}

/** With that setting, Ansible would add a mapping to the one that the inventory has. */
function refuseMerge(name: string, { at }: Entry, settings: AnsibleSettings): void {
  const merge = settings.get('hash_behaviour');
  if (merge === undefined || merge.value === 'replace') return;
  throw inventoryError(
    at,
    `Expected no mapping in -e with ${merge.name} = ${merge.value} (${showPosition(merge.at)}), found one: put it into group_vars or host_vars`,
    name,
  );
}

async function readFile(name: string, context: Context, vault: Vault): Promise<Variables> {
  const { text, secret } = await vault.openFile(
    await readText(resolve(context.cwd, name), `-e @${name}`),
    name,
  );
  return toVariables(readYaml(text, name, { secret }).root);
}

function readOption(option: string): Variables {
  if (/^[[{]/.test(option)) return toVariables(readYaml(option, '-e').root);
  if (/^[/.]/.test(option)) {
    throw inventoryError(
      AT,
      `Expected variables, found the path ${option}: put @ before a file's name`,
    );
  }
  const variables: Variables = new Map();
  for (const [name, value] of pairs(option)) {
    const node: Node = { kind: 'scalar', value, unsafe: false, secret: false, at: AT };
    variables.set(name, { at: AT, node });
  }
  return variables;
}

function pairs(option: string): ReturnType<typeof keyValues> {
  try {
    return keyValues(option);
  } catch (error) {
    if (error instanceof RangeError) throw inventoryError(AT, error.message);
    throw error;
  }
}
