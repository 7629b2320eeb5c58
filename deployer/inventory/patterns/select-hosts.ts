import { nearest } from '../../../agent/contract/nearest.ts';
import type { InventoryGroup } from '../inventory-group.ts';
import type { InventoryHost } from '../inventory-host.ts';
import { inventoryError } from '../problem.ts';
import { compilePattern } from './glob.ts';
import { splitPatterns } from './read-limit.ts';

/** `nas[0]`, `nas[-1]`, `nas[1:]`, `nas[0:2]`: a pattern and which of its hosts are selected, both ends included. */
const SUBSCRIPT = /^(.+)\[(?:(-?[0-9]+)|([0-9]+):([0-9]*))\]$/;
/** Ansible takes it for a subscript, which people hardly mean. */
const HYPHEN_SUBSCRIPT = /^(.+)\[([0-9]+)-([0-9]*)\]$/;

/** What patterns choose from. */
interface SelectableGroups {
  readonly hosts: readonly InventoryHost[];
  readonly groups: readonly InventoryGroup[];
}

/**
 * The hosts that Ansible's patterns name: what is added first, then `&` narrows, then `!` removes, in any
 * order; with only the latter two, all hosts are the start. Throws InventoryError where a pattern names nothing, or
 * nothing is left: a misspelt name must never mean fewer servers without a word.
 */
export function selectHosts(
  inventory: SelectableGroups,
  patterns: readonly string[],
): InventoryHost[] {
  const split = splitPatterns(patterns);
  const is = (sign: string) => (pattern: string) => pattern.startsWith(sign);
  const plain = split.filter(pattern => !is('&')(pattern) && !is('!')(pattern));
  const selected = new Set<InventoryHost>();
  for (const pattern of plain.length > 0 ? plain : ['all']) {
    for (const host of matchHostOrPattern(inventory, pattern)) selected.add(host);
  }
  for (const pattern of split.filter(is('&'))) {
    const also = new Set(matchOne(inventory, pattern.slice(1)));
    for (const host of selected) if (!also.has(host)) selected.delete(host);
  }
  for (const pattern of split.filter(is('!'))) {
    for (const host of matchOne(inventory, pattern.slice(1))) selected.delete(host);
  }
  if (selected.size > 0) return inventory.hosts.filter(host => selected.has(host));
  throw inventoryError(
    undefined,
    `Expected hosts, found none left of ${patterns.join(' ')}: "homelab-deploy inventory" lists each group`,
  );
}

/** A host's own name is never a pattern, whatever characters it has; but behind `&` and `!` a group comes first. */
function matchHostOrPattern(
  inventory: SelectableGroups,
  pattern: string,
): readonly InventoryHost[] {
  const named = inventory.hosts.find(({ name }) => name === pattern);
  return named === undefined ? matchOne(inventory, pattern) : [named];
}

function matchOne(inventory: SelectableGroups, pattern: string): readonly InventoryHost[] {
  if (!pattern.startsWith('~')) refuseHyphen(pattern);
  const subscript = pattern.startsWith('~') ? null : SUBSCRIPT.exec(pattern);
  const hosts = matchNames(inventory, subscript?.[1] ?? pattern);
  const taken = subscript === null ? hosts : takePart(hosts, subscript);
  // An empty group is known and has no hosts; the caller decides about an empty `all`.
  if (taken.length > 0 || inventory.groups.some(({ name }) => name === pattern)) return taken;
  if (hosts.length > 0) {
    throw inventoryError(
      undefined,
      `Expected a subscript from 0 to ${hosts.length - 1}, found ${pattern}: ${subscript?.[1]} has ${hosts.length === 1 ? '1 host' : `${hosts.length} hosts`}`,
    );
  }
  const names = [...inventory.hosts, ...inventory.groups].map(({ name }) => name);
  const near = nearest(pattern, names);
  const next =
    near === undefined ? '"homelab-deploy inventory" lists them' : `did you mean ${near}?`;
  throw inventoryError(
    undefined,
    `Expected a host or a group, found none that ${JSON.stringify(pattern)} names; ${next}`,
  );
}

function refuseHyphen(pattern: string): void {
  const [, of, from, to] = HYPHEN_SUBSCRIPT.exec(pattern) ?? [];
  if (of === undefined) return;
  throw inventoryError(
    undefined,
    `Expected a colon in a subscript, found ${pattern}: write ${of}[${from}:${to}] for a part of ${of}, or an expression such as ~${of}[0-9]$ for hosts by their names`,
  );
}

/** Groups first; hosts too when no group fits, or when the pattern is more than a plain word. */
function matchNames({ groups, hosts }: SelectableGroups, pattern: string): InventoryHost[] {
  const fits = compile(pattern);
  const fitting = groups.filter(({ name }) => fits(name));
  // A host that several groups bring is counted by a subscript each time, as Ansible counts.
  const found = fitting.flatMap(({ allHosts }) => allHosts);
  if (fitting.length === 0 || pattern.startsWith('~') || /[.?*[]/.test(pattern)) {
    for (const host of hosts) if (fits(host.name)) found.push(host);
  }
  return found;
}

function takePart(
  hosts: readonly InventoryHost[],
  subscript: RegExpExecArray,
): readonly InventoryHost[] {
  const [, , index, from, to] = subscript;
  if (index !== undefined) {
    const host = hosts.at(Number(index));
    return host === undefined ? [] : [host];
  }
  if (to !== undefined && to !== '' && Number(to) < Number(from)) {
    throw inventoryError(
      undefined,
      `Expected a range from low to high, found [${from}:${to}]: write [${to}:${from}]`,
    );
  }
  return hosts.slice(Number(from), to === undefined || to === '' ? undefined : Number(to) + 1);
}

function compile(pattern: string): (name: string) => boolean {
  try {
    return compilePattern(pattern);
  } catch (error) {
    if (error instanceof RangeError) throw inventoryError(undefined, error.message);
    throw error;
  }
}
