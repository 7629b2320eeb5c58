import { GroupGraph } from '../groups/group-graph.ts';
import type { Entry, MapNode, Node } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';
import { readJson } from './read-json.ts';

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
  const root = readJson(json, AT);
  if (root.kind !== 'map' || !root.entries.has('all')) throw strange('the group all');
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
      host.vars.set(variable, { at: AT, node: isSecret(variable) ? conceal(node) : node });
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

function conceal(node: Node): Node {
  if (node.kind === 'list') return { ...node, secret: true, items: node.items.map(conceal) };
  if (node.kind !== 'map') return { ...node, secret: true };
  const entries = [...node.entries].map(
    ([key, { at, node: item }]) => [key, { at, node: conceal(item) }] as const,
  );
  return { ...node, secret: true, entries: new Map(entries) };
}

function strange(expected: string) {
  return inventoryError(AT, `Expected ${expected} in its answer, found something else`);
}
