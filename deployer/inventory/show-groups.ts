import { counted } from '../../agent/contract/amounts.ts';
import type { Inventory } from './inventory.ts';
import { showPosition } from './problem.ts';

/**
 * The groups as a tree, each with the hosts that stand in it:
 *
 *     all (11 hosts)
 *       nas (3)
 *         nas-1
 */
export function showGroups(inventory: Inventory): string {
  const { file, from, playbookDir, groups, hosts } = inventory;
  const known = new Map(groups.map(group => [group.name, group]));
  const origin = from === undefined ? '' : ` (${showPosition(from)})`;
  const lines = [`${file}${origin}: ${counted(hosts.length, 'host')}`];
  if (playbookDir !== undefined) {
    lines.push(`group_vars/ and host_vars/ of the playbook directory ${playbookDir} count, too`);
  }
  const show = (name: string, indent: string): void => {
    const group = known.get(name);
    if (group === undefined || (group.name === 'ungrouped' && group.allHosts.length === 0)) return;
    lines.push(`${indent}${name} (${counted(group.allHosts.length, 'host')})`);
    for (const child of group.children) show(child, `${indent}  `);
    for (const host of group.name === 'all' ? [] : group.hosts) lines.push(`${indent}  ${host}`);
  };
  show('all', '');
  return `${lines.join('\n')}\n`;
}
