import type { Key, Node, Scalar } from '../../../deployer/inventory/node.ts';
import { showFloat } from '../../../deployer/inventory/value.ts';
import { Timestamp } from '../../../deployer/inventory/yaml/timestamp.ts';

/** A written value in the oracle's form, which keeps Python's types apart. */
export function typedNode(node: Node): unknown {
  switch (node.kind) {
    case 'list':
      return node.items.map(typedNode);
    case 'map':
      return typedMap([...node.entries].map(([key, entry]) => [key, typedNode(entry.node)]));
    case 'vault':
      return { vault: node.envelope };
    case 'scalar':
      return node.unsafe ? { unsafe: node.value } : typedScalar(node.value);
  }
}

export function typedScalar(value: Scalar): unknown {
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number') return { float: showFloat(value) };
  return value instanceof Timestamp ? { date: value.iso } : value;
}

/** A mapping as Python's JSON of its keys, sorted as Python sorts. */
export function typedMap(entries: readonly (readonly [Key, unknown])[]): unknown {
  const pairs = entries.map(([key, item]) => [pythonJson(typedScalar(key)), item] as const);
  return { map: pairs.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
}

/** json.dumps of a key: a space behind the colon, ASCII only. */
function pythonJson(key: unknown): string {
  return JSON.stringify(key)
    .replace(/^(\{"\w+"):/, '$1: ')
    .replaceAll(/[\u007f-\uffff]/g, char =>
      char === '\u007f' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
