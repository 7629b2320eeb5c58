import { isScalar, type Node as YamlNode } from 'yaml';
import { describeNode, type Entry, type Key, type Node } from '../node.ts';
import { inventoryError } from '../problem.ts';

/** YAML 1.1's `<<: *defaults`; a quoted "<<" is a key like any other. */
export function isMerge(key: YamlNode | null): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined;
}

/** What a merge brings in: of several mappings the earlier wins, and every key that is written out wins over all. */
export function mergeEntries(source: Node): [Key, Entry][] {
  if (source.kind === 'map') return [...source.entries];
  if (source.kind !== 'list') throw wrongSource(source);
  return [...source.items].reverse().flatMap(item => {
    if (item.kind !== 'map') throw wrongSource(item);
    return [...item.entries];
  });
}

function wrongSource(node: Node) {
  return inventoryError(node.at, `Expected a mapping to merge, found ${describeNode(node)}`, '<<');
}
