import type { Inventory } from '../../../deployer/inventory/inventory.ts';
import { typedMap, typedNode } from './typed.ts';

/** What the oracle answers to `list`. */
export interface Answer {
  readonly groups: Record<string, { hosts: string[]; children: string[]; all: string[] }>;
  readonly hosts: Record<string, { vars: unknown; groups: string[]; short: string }>;
}

/** An inventory of ours in the same form. */
export function answerOf(inventory: Inventory): Answer {
  const groups = inventory.groups.map(({ name, hosts, children, allHosts }) => [
    name,
    { hosts, children, all: allHosts.map(host => host.name).sort(byCodePoint) },
  ]);
  const hosts = inventory.hosts.map(host => [
    host.name,
    {
      vars: typedMap([...host.written].map(([name, { node }]) => [name, typedNode(node)])),
      groups: host.groups,
      short: host.variable('inventory_hostname_short'),
    },
  ]);
  return { groups: Object.fromEntries(groups), hosts: Object.fromEntries(hosts) };
}

function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
