import { describeNode, type Entry, type Node } from '../node.ts';
import { inventoryError } from '../problem.ts';

/** A variable as it was written, with its place. */
export type Variables = Map<string, Entry>;

/** A host as the inventory file wrote it. */
export class HostEntry {
  readonly name: string;
  readonly vars: Variables = new Map();
  /** The path of the source that named it first. */
  readonly source: string | undefined;

  constructor(name: string, source: string | undefined) {
    this.name = name;
    this.source = source;
  }
}

/** A group as the inventory file wrote it: what stands directly in it, in that order. */
export class Group {
  readonly name: string;
  readonly vars: Variables = new Map();
  readonly hosts = new Set<HostEntry>();
  readonly children = new Set<Group>();
  readonly parents = new Set<Group>();
  /** `ansible_group_priority`: decides between groups of equal depth. */
  priority = 1;

  constructor(name: string) {
    this.name = name;
  }

  /** All groups below this one. */
  descendants(): Set<Group> {
    return closure(this.children, group => group.children);
  }

  /** All groups above this one. */
  ancestors(): Set<Group> {
    return closure(this.parents, group => group.parents);
  }

  /** The hosts of this group and of those below: own hosts first, then level by level, each once. */
  allHosts(): HostEntry[] {
    const hosts = new Set(this.hosts);
    for (const group of this.descendants()) for (const host of group.hosts) hosts.add(host);
    return [...hosts];
  }
}

/** Breadth first, in the order of the file. */
function closure(start: Iterable<Group>, next: (group: Group) => Iterable<Group>): Set<Group> {
  const seen = new Set(start);
  for (const group of seen) for (const other of next(group)) seen.add(other);
  return seen;
}

/** `ansible_group_priority`, which Ansible accepts as an integer or as the text of one. */
export function readPriority(node: Node): number {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^\s*[-+]?[0-9]+\s*$/.test(value)) return Number(value);
  throw inventoryError(
    node.at,
    `Expected a whole number, found ${describeNode(node)}: write one, such as 10`,
    'ansible_group_priority',
  );
}
