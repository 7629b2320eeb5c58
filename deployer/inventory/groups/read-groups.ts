import { parseAddress } from '../hosts/address.ts';
import { expandHostKey } from '../hosts/range.ts';
import { describeNode, type Entry, type Key, type MapNode, type Node } from '../node.ts';
import { inventoryError, type Position, showPosition } from '../problem.ts';
import { type Group, type HostEntry, readPriority, type Variables } from './group.ts';
import { GroupGraph } from './group-graph.ts';

export interface Groups {
  readonly family: GroupGraph;
  readonly warnings: readonly string[];
}

/** One inventory file, parsed. */
export interface GroupFile {
  readonly root: Node | undefined;
  /** Absolute. */
  readonly path: string;
  /** As messages name it. */
  readonly shown: string;
}

/**
 * The groups, hosts and variables of inventory files, a later one adding to the earlier ones. Throws InventoryError at
 * the first thing that Ansible refuses.
 */
export function readGroups(files: readonly GroupFile[]): Groups {
  const family = new GroupGraph();
  const warnings: string[] = [];
  for (const file of files) new GroupReader(family, warnings, file.path).read(file);
  const [last] = files.toReversed();
  placed({ file: last?.shown ?? '', line: 1, column: 1 }, () => family.reconcile());
  return { family, warnings: [...warnings, ...sharedNames(family)] };
}

function sharedNames({ hosts, groups }: GroupGraph): string[] {
  const shared = [...hosts.keys()].filter(name => groups.has(name));
  return shared.map(
    name =>
      `${name}: Expected different names, found a host and a group called so: what is set for the host may go to the group`,
  );
}

class GroupReader {
  readonly #family: GroupGraph;
  readonly #warnings: string[];
  readonly #path: string;

  constructor(family: GroupGraph, warnings: string[], path: string) {
    this.#family = family;
    this.#warnings = warnings;
    this.#path = path;
  }

  read({ root, shown }: GroupFile): void {
    if (root === undefined || (root.kind === 'map' && root.entries.size === 0)) {
      const at = root?.at ?? { file: shown, line: 1, column: 1 };
      throw inventoryError(
        at,
        'Expected groups of hosts, found an empty file: write "all:", and below it "hosts:"',
      );
    }
    if (root.kind !== 'map') {
      throw inventoryError(
        root.at,
        `Expected groups such as "all:", found ${describeNode(root)}: write "all:", and below it "hosts:"`,
      );
    }
    const plugin = root.entries.get('plugin');
    if (plugin !== undefined && isTruthy(plugin.node)) {
      throw inventoryError(
        plugin.at,
        'Expected an inventory of hosts, found the configuration of an inventory plugin',
        'plugin',
      );
    }
    const meta = root.entries.get('_meta');
    if (meta?.node.kind === 'map' && meta.node.entries.has('hostvars')) {
      throw inventoryError(
        meta.at,
        'Expected an inventory, found what "ansible-inventory --list" or an inventory program prints: name that inventory or program with -i, or write it as YAML: ansible-inventory -i INVENTORY --list --yaml',
        '_meta',
      );
    }
    for (const [name, entry] of root.entries) this.#readGroup(name, entry);
  }

  /** Undefined, with a warning, where Ansible skips what is no group. */
  #readGroup(name: Key, { at, node }: Entry): Group | undefined {
    const isEmpty = node.kind === 'scalar' && node.value === null;
    if (node.kind !== 'map' && !isEmpty) {
      this.#warn(
        node.at,
        `Expected the group ${String(name)} as a mapping, found ${describeNode(node)}: skipped`,
      );
      return undefined;
    }
    if (typeof name !== 'string' || name === '') {
      throw inventoryError(
        at,
        `Expected a group's name as a text, found ${String(name)}: quote it`,
      );
    }
    const group = placed(at, () => this.#family.group(name));
    const entries: ReadonlyMap<Key, Entry> = node.kind === 'map' ? node.entries : new Map();
    for (const [key, section] of entries) this.#readSection(group, key, section);
    return group;
  }

  #readSection(group: Group, key: Key, section: Entry): void {
    if (key !== 'hosts' && key !== 'vars' && key !== 'children') {
      this.#warn(
        section.at,
        `Expected hosts, vars or children in group ${group.name}, found ${String(key)}: skipped`,
      );
      return;
    }
    for (const [name, entry] of this.#toEntries(section, `${group.name}.${key}`)) {
      if (key === 'vars') setGroupVariable(group, name, entry);
      else if (key === 'children') this.#adopt(group, name, entry);
      else this.#readHosts(group, name, entry);
    }
  }

  /** A section may be a mapping, nothing, or a single name. */
  #toEntries({ node }: Entry, path: string): ReadonlyMap<Key, Entry> {
    if (node.kind === 'map') return node.entries;
    if (node.kind === 'scalar' && node.value === null) return new Map();
    if (node.kind === 'scalar' && typeof node.value === 'string') {
      return new Map([
        [node.value, { at: node.at, node: { ...node, value: null, unsafe: false } }],
      ]);
    }
    const next =
      node.kind === 'list' ? ': write each line without the hyphen, with a colon at its end' : '';
    throw inventoryError(node.at, `Expected a mapping, found ${describeNode(node)}${next}`, path);
  }

  #adopt(parent: Group, name: Key, entry: Entry): void {
    if (parent.name === 'ungrouped' || (name === 'ungrouped' && parent.name !== 'all')) {
      throw inventoryError(
        entry.at,
        `Expected the group ungrouped below all and without groups of its own, found it with ${parent.name === 'ungrouped' ? String(name) : parent.name}, which Ansible mixes up`,
      );
    }
    const child = this.#readGroup(name, entry);
    if (child === undefined) {
      throw inventoryError(
        entry.at,
        `Expected a group below ${parent.name}, found ${describeNode(entry.node)}: write "hosts:" below its name`,
      );
    }
    placed(entry.at, () => this.#family.adopt(parent, child));
  }

  #readHosts(group: Group, key: Key, { at, node }: Entry): void {
    if (typeof key !== 'string') {
      throw inventoryError(at, `Expected a host's name as a text, found ${String(key)}: quote it`);
    }
    const hosts = placed(at, () => expandHostKey(key));
    const vars = toHostVariables(node, key);
    for (const name of hosts.names) {
      if (name === '') throw inventoryError(at, "Expected a host's name, found an empty text");
      const { host, isNew } = placed(at, () => this.#family.host(name, this.#path));
      // Ansible's own order: a port after the name counts only where the host is first met.
      if (isNew && hosts.port !== undefined) {
        host.vars.set('ansible_port', { at, node: integer(hosts.port, at) });
      }
      group.hosts.add(host);
      this.#setHostVariables(host, vars);
    }
  }

  /** Where a group has the host's name, Ansible gives the variables to the group; so do we. */
  #setHostVariables(host: HostEntry, vars: MapNode | undefined): void {
    const group = this.#family.groups.get(host.name);
    for (const [name, entry] of vars?.entries ?? []) {
      if (group === undefined) setVariable(host.vars, name, entry);
      else setGroupVariable(group, name, entry);
    }
  }

  #warn(at: Position, message: string): void {
    this.#warnings.push(`${showPosition(at)}: ${message}`);
  }
}

function setGroupVariable(group: Group, name: Key, entry: Entry): void {
  if (name === 'ansible_group_priority') group.priority = readPriority(entry.node);
  else setVariable(group.vars, name, entry);
}

function setVariable(vars: Variables, name: Key, entry: Entry): void {
  if (typeof name !== 'string') {
    throw inventoryError(
      entry.at,
      `Expected a variable's name as a text, found ${String(name)}: quote it`,
    );
  }
  vars.set(name, entry);
}

function toHostVariables(node: Node, host: string): MapNode | undefined {
  if (node.kind === 'map') return node;
  if (!isTruthy(node)) return undefined;
  throw inventoryError(
    node.at,
    `Expected the host's variables, found ${describeNode(node)}: ${variablesBelow(node, host)}`,
    host,
  );
}

/** What is meant by an address behind a host's name. */
function variablesBelow(node: Node, host: string): string {
  const word = node.kind === 'scalar' && !node.secret ? node.value : undefined;
  const isAddress = typeof word === 'string' && /[.:]/.test(word) && parseAddress(word);
  const line = isAddress ? `"ansible_host: ${word}"` : '"name: value" lines';
  return `write ${line} below "${host}:", indented`;
}

/** Truth as in Python, for the places where Ansible writes `x or {}`. */
function isTruthy(node: Node): boolean {
  if (node.kind === 'vault') return true;
  if (node.kind === 'map') return node.entries.size > 0;
  if (node.kind === 'list') return node.items.length > 0;
  return typeof node.value === 'bigint' ? node.value !== 0n : Boolean(node.value);
}

function integer(value: number, at: Position): Node {
  return { kind: 'scalar', value: BigInt(value), unsafe: false, at, secret: false };
}

/** Gives a RangeError its place. */
function placed<T>(at: Position, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RangeError ? inventoryError(at, error.message) : error;
  }
}
