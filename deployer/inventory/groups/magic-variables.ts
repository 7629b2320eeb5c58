import { dirname } from 'node:path';
import { shortName } from '../hosts/address.ts';
import type { Value } from '../value.ts';
import type { HostEntry } from './group.ts';
import type { GroupGraph } from './group-graph.ts';

/** Every group of a host but `all`, sorted by code points as Python sorts. */
export function groupNames(family: GroupGraph, host: HostEntry): string[] {
  return [...family.groupsOf(host)]
    .map(({ name }) => name)
    .filter(name => name !== 'all')
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/**
 * The variables that Ansible itself supplies, as far as a template may name them. `groups` are the same for all hosts.
 */
export function magicVariables(
  host: HostEntry,
  groupNames: readonly string[],
  groups: Value,
  path: string,
): Map<string, Value> {
  return new Map<string, Value>([
    ['inventory_hostname', host.name],
    ['inventory_hostname_short', shortName(host.name)],
    ['group_names', groupNames],
    ['groups', groups],
    ['inventory_file', path],
    ['inventory_dir', dirname(path)],
  ]);
}

/** `groups`: each group's hosts by name. */
export function groupsVariable(family: GroupGraph): Value {
  return new Map<string, Value>(
    [...family.groups.values()].map(group => [
      group.name,
      group.allHosts().map(({ name }) => name),
    ]),
  );
}
