import type { VarsFolder } from './files/vars-folder.ts';
import type { Group, HostEntry, Variables } from './groups/group.ts';
import { depths, type GroupGraph } from './groups/group-graph.ts';

/** `group_vars/` and `host_vars/` at one place: next to the inventory, or next to the playbook. */
export interface VarsFolders {
  readonly groups: VarsFolder;
  readonly hosts: VarsFolder;
}

/**
 * Every host's variables, merged as Ansible merges them: a later source replaces a variable whole.
 *
 * From weak to strong: `all` in the inventory, the other groups in the inventory, `group_vars/all`, the other
 * `group_vars/`, the host in the inventory, `host_vars/`. Groups go by depth, then `ansible_group_priority`, then name.
 * `folders`: next to the inventory first, next to the playbook second.
 */
export async function mergeVariables(
  family: GroupGraph,
  folders: readonly VarsFolders[],
): Promise<Map<HostEntry, Variables>> {
  const read = await readAll(family, folders);
  const depth = depths(family.groups.values());
  const all = family.group('all');
  const merged = new Map<HostEntry, Variables>();
  for (const host of family.hosts.values()) {
    const groups = [...family.groupsOf(host)]
      .filter(group => group !== all)
      .sort(byStrength(depth));
    const sources = [
      all.vars,
      ...groups.map(group => group.vars),
      ...read.map(from => from.groups.get(all)),
      ...read.flatMap(from => groups.map(group => from.groups.get(group))),
      host.vars,
      ...read.map(from => from.hosts.get(host)),
    ];
    merged.set(host, new Map(sources.flatMap(source => [...(source ?? [])])));
  }
  return merged;
}

async function readAll(family: GroupGraph, folders: readonly VarsFolders[]) {
  const all = [];
  for (const folder of folders) {
    const groups = new Map<Group, Variables>();
    const hosts = new Map<HostEntry, Variables>();
    for (const group of family.groups.values())
      groups.set(group, await folder.groups.read(group.name));
    for (const host of family.hosts.values()) hosts.set(host, await folder.hosts.read(host.name));
    all.push({ groups, hosts });
  }
  return all;
}

/** Weak groups first. Python compares names by code points, and so does this. */
function byStrength(depth: ReadonlyMap<Group, number>): (a: Group, b: Group) => number {
  return (a, b) =>
    (depth.get(a) ?? 0) - (depth.get(b) ?? 0) ||
    a.priority - b.priority ||
    Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}
