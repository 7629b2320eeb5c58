import { describeNode, type Node } from '../node.ts';
import { inventoryError } from '../problem.ts';

/** `ansible_group_priority`, which Ansible takes as an integer or as a text of one. */
export function readPriority(node: Node): number {
  const value = node.kind === 'scalar' ? node.value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && /^\s*[-+]?[0-9]+\s*$/.test(value)) return Number(value);
  throw inventoryError(
    node.at,
    `Expected an integer, found ${describeNode(node)}`,
    'ansible_group_priority',
  );
}
