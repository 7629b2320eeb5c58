import { Group, HostEntry } from './group.ts';

/** More than any inventory has: the work grows with their product. */
const MOST_GROUPS = 1_000;
export const MOST_HOSTS = 10_000;

/** The groups and hosts of an inventory while it is read, and the rules that hold between them at the end. */
export class GroupGraph {
  readonly groups = new Map<string, Group>();
  readonly hosts = new Map<string, HostEntry>();

  constructor() {
    this.adopt(this.group('all'), this.group('ungrouped'));
  }

  /** The group of that name, made when it is new. Throws a RangeError when there are too many. */
  group(name: string): Group {
    let group = this.groups.get(name);
    if (group === undefined) {
      if (this.groups.size >= MOST_GROUPS) {
        throw new RangeError(`Expected at most ${MOST_GROUPS} groups, found more`);
      }
      group = new Group(name);
      this.groups.set(name, group);
    }
    return group;
  }

  /** The host of that name, made when it is new; `source` is the path of the file that names it. Throws as `group`. */
  host(name: string, source?: string): { host: HostEntry; isNew: boolean } {
    const known = this.hosts.get(name);
    if (known !== undefined) return { host: known, isNew: false };
    if (this.hosts.size >= MOST_HOSTS) {
      throw new RangeError(`Expected at most ${MOST_HOSTS} hosts, found more`);
    }
    const host = new HostEntry(name, source);
    this.hosts.set(name, host);
    return { host, isNew: true };
  }

  /** Throws a RangeError when the child is the parent, or above it already. */
  adopt(parent: Group, child: Group): void {
    if (parent === child || parent.ancestors().has(child)) {
      throw new RangeError(
        `Expected groups without a circle, found ${child.name} both above and below ${parent.name}: remove it from one of the two`,
      );
    }
    parent.children.add(child);
    child.parents.add(parent);
  }

  /** Ansible's last step: every group is below `all`, and `ungrouped` holds exactly the hosts in no other group. */
  reconcile(): void {
    const all = this.group('all');
    const ungrouped = this.group('ungrouped');
    for (const group of this.groups.values()) {
      if (group !== all && group.parents.size === 0) this.adopt(all, group);
    }
    for (const host of this.hosts.values()) {
      const groups = [...this.groups.values()].filter(group => group.hosts.has(host));
      if (!groups.every(group => group === all || group === ungrouped)) {
        ungrouped.hosts.delete(host);
        continue;
      }
      // Ansible would put the group of that name below `ungrouped`, which cannot be intended.
      if (!groups.includes(ungrouped) && this.groups.has(host.name)) {
        throw new RangeError(
          `Expected the host ${host.name} in a group of its own, found it in none, and a group called so`,
        );
      }
      ungrouped.hosts.add(host);
    }
  }

  /** Every group that a host is in, directly or through a group below; `all` is always one of them. */
  groupsOf(host: HostEntry): Set<Group> {
    const own = [...this.groups.values()].filter(group => group.hosts.has(host));
    return new Set([this.group('all'), ...own, ...own.flatMap(group => [...group.ancestors()])]);
  }
}

/** How far below `all` each group is, by the longest way there. */
export function depths(groups: Iterable<Group>): Map<Group, number> {
  const known = new Map<Group, number>();
  const depth = (group: Group): number => {
    const found = known.get(group);
    if (found !== undefined) return found;
    const deepest = Math.max(-1, ...[...group.parents].map(depth)) + 1;
    known.set(group, deepest);
    return deepest;
  };
  for (const group of groups) depth(group);
  return known;
}
