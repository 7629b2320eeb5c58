import { variablePrefix } from '../../agent/contract/keys.ts';
import type { InventoryProblem } from './problem.ts';
import type { HostSettings } from './settings/host-settings.ts';

/** Two servers with one id or GUID would be one server to the hub: one problem for each of the two keys. */
export function duplicateIds(settings: readonly HostSettings[]): InventoryProblem[] {
  const problems: InventoryProblem[] = [];
  for (const key of ['server_id', 'server_guid'] as const) {
    const owners = Map.groupBy(settings, ({ config }) => config[key]?.toLowerCase());
    const clashes = [...owners].flatMap(([id, [first, second, ...more]]) =>
      id !== undefined && first && second ? [{ id, second, hosts: [first, second, ...more] }] : [],
    );
    const [clash] = clashes;
    if (clash === undefined) continue;
    const name = variablePrefix + key;
    const found = clashes.map(({ id, hosts }) => `${id} for ${hosts.map(h => h.name).join(', ')}`);
    const cure =
      key === 'server_id'
        ? `"${name}: ${freeId(clash.id, owners)}" for ${clash.second.name} sets another`
        : 'set another, or leave it out';
    problems.push({
      key: name,
      message: `Expected a different one for each host, found ${found.join('; ')}, which the hub would take for one server: ${cure}`,
    });
  }
  return problems;
}

function freeId(id: string, taken: ReadonlyMap<string | undefined, unknown>): string {
  let number = 2;
  while (taken.has(`${id}-${number}`)) number += 1;
  return `${id}-${number}`;
}
