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

interface About {
  readonly names: readonly string[];
  /** The same for all hosts. */
  readonly groups: Value;
  readonly playbookDir: string;
  readonly file?: string | undefined;
  readonly directory?: string | undefined;
}

/** The variables that Ansible itself supplies, as far as a template may name them. */
export function magicVariables(host: HostEntry, about: About): Map<string, Value> {
  const { names, groups, playbookDir, file, directory } = about;
  return new Map<string, Value>([
    ['inventory_hostname', host.name],
    ['inventory_hostname_short', shortName(host.name)],
    ['group_names', names],
    ['groups', groups],
    ['playbook_dir', playbookDir],
    ...(file === undefined ? [] : [['inventory_file', file] as const]),
    ...(directory === undefined ? [] : [['inventory_dir', directory] as const]),
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
