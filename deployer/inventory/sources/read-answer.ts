import { GroupGraph } from '../groups/group-graph.ts';
import type { Entry, MapNode, Node } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';
import { readYaml } from '../yaml/read-yaml.ts';

/** Where a value of such an answer stands: in which file, Ansible does not say. */
const AT: Position = { file: 'ansible-inventory', line: 0, column: 0 };

/**
 * The groups and hosts in what `ansible-inventory --list` printed; each host's variables are merged already.
 *
 *     {"_meta": {"hostvars": {"nas-1": {…}}}, "all": {"children": ["ungrouped", "nas"]}, "nas": {"hosts": ["nas-1"]}}
 *
 * `isSecret`: whether a variable's value stood in an encrypted file.
 */
export function readAnswer(json: string, isSecret: (variable: string) => boolean): GroupGraph {
  const root = readYaml(json, AT.file, { json: true }).root;
  const all = root?.kind === 'map' ? root.entries.get('all') : undefined;
  if (root?.kind !== 'map' || all === undefined) throw strange('the group all');
  try {
    return readFamily(root, isSecret);
  } catch (error) {
    throw error instanceof RangeError ? inventoryError(AT, error.message) : error;
  }
}

function readFamily(root: MapNode, isSecret: (variable: string) => boolean): GroupGraph {
  const family = new GroupGraph();
  addGroup(family, root, 'all');
  for (const [name, variables] of hostVariables(root)) {
    const { host } = family.host(name);
    for (const [key, { node }] of variables.entries) {
      const variable = String(key);
      host.vars.set(variable, { at: AT, node: relocate(node, isSecret(variable)) });
    }
  }
  return family;
}

/** Depth first, so that the hosts come in the order of the groups: Ansible's answer is sorted by name. */
function addGroup(family: GroupGraph, root: MapNode, name: string): void {
  const node = root.entries.get(name)?.node;
  const group = family.group(name);
  if (node === undefined) return;
  if (node.kind !== 'map') throw strange('groups by name');
  for (const host of texts(node.entries.get('hosts'))) group.hosts.add(family.host(host).host);
  for (const child of texts(node.entries.get('children'))) {
    const isNew = !family.groups.has(child);
    family.adopt(group, family.group(child));
    if (isNew || child === 'ungrouped') addGroup(family, root, child);
  }
}

function texts(entry: Entry | undefined): string[] {
  if (entry === undefined) return [];
  if (entry.node.kind !== 'list') throw strange('a list of names');
  return entry.node.items.map(item => {
    if (item.kind !== 'scalar' || typeof item.value !== 'string') throw strange('names');
    return item.value;
  });
}

function hostVariables(root: MapNode): [string, MapNode][] {
  const meta = root.entries.get('_meta')?.node;
  const all = meta?.kind === 'map' ? meta.entries.get('hostvars')?.node : undefined;
  if (all?.kind !== 'map') throw strange('the variables of its hosts');
  return [...all.entries].map(([name, { node }]) => {
    if (node.kind !== 'map') throw strange('the variables of a host');
    return [String(name), node];
  });
}

function relocate(node: Node, secret: boolean): Node {
  if (node.kind === 'list') {
    return { ...node, at: AT, secret, items: node.items.map(item => relocate(item, secret)) };
  }
  if (node.kind === 'map') {
    const entries = [...node.entries].map(
      ([key, entry]) => [key, { at: AT, node: relocate(entry.node, secret) }] as const,
    );
    return { ...node, at: AT, secret, entries: new Map(entries) };
  }
  return { ...node, at: AT, secret };
}

function strange(expected: string) {
  return inventoryError(AT, `Expected ${expected} in its answer, found something else`);
}
