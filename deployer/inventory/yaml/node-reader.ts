import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node as YamlNode,
  type Scalar as YamlScalar,
} from 'yaml';
import {
  describeNode,
  type Entry,
  type Key,
  type MapNode,
  type Node,
  type ScalarNode,
} from '../node.ts';
import { inventoryError, type Position, showPosition } from '../problem.ts';
import { isMerge, mergeEntries } from './merge.ts';
import { resolveJson, resolvePlain } from './plain-scalar.ts';
import {
  type PairToken,
  refuseBareTag,
  refuseConfusion,
  refuseFlowScalar,
  refuseOddKey,
} from './refuse-ambiguity.ts';
import { readTag, resolveTagged, type Tag } from './tags.ts';

/** More than any hand-written file has; a deeper one would exhaust the stack. */
export const DEEPEST = 64;
export const tooDeep = `Expected at most ${DEEPEST} levels of nesting`;

/** Values, and hundreds of characters, that a file may have more with its aliases written out than without. */
const MOST_REPEATED = 100_000;

interface Settings {
  readonly text: string;
  readonly locate: (offset: number) => Position;
  readonly json: boolean;
  readonly secret: boolean;
}

/** Turns the parser's tree into ours, with PyYAML's rules for tags, keys, merges and aliases. */
export class NodeReader {
  readonly warnings: string[] = [];
  readonly #settings: Settings;
  /** How many brackets and braces are open. */
  #flow = 0;
  /** Undefined while the anchor's own value is still being read. */
  readonly #anchors = new Map<string, { node: Node; size: number } | undefined>();
  /** What has been read, with every alias written out. */
  #size = 0;
  /** The part of it that stands in the file only as aliases. */
  #repeated = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  read(yaml: YamlNode, depth = 0): Node {
    const at = this.#at(yaml);
    if (depth > DEEPEST) throw inventoryError(at, tooDeep);
    if (isAlias(yaml)) return this.#readAlias(yaml.source, at);
    const anchor = isScalar(yaml) || isMap(yaml) || isSeq(yaml) ? yaml.anchor : undefined;
    if (anchor !== undefined) {
      if (this.#anchors.has(anchor)) {
        throw inventoryError(
          at,
          `Expected each anchor once, found &${anchor} again, which PyYAML refuses`,
        );
      }
      this.#anchors.set(anchor, undefined);
    }
    const isFlow = (isMap(yaml) || isSeq(yaml)) && yaml.flow === true;
    const before = this.#size;
    this.#size += 1 + (isScalar(yaml) ? String(yaml.value ?? '').length / 100 : 0);
    if (isFlow) this.#flow += 1;
    const node = this.#readValue(yaml, at, depth);
    if (isFlow) this.#flow -= 1;
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: this.#size - before });
    return node;
  }

  #readAlias(name: string, at: Position): Node {
    const found = this.#anchors.get(name);
    if (found !== undefined) {
      this.#size += found.size;
      this.#repeated += found.size;
      if (this.#repeated <= MOST_REPEATED) return found.node;
      throw inventoryError(
        at,
        `Expected aliases that repeat at most ${MOST_REPEATED} values, found more with *${name}`,
      );
    }
    throw inventoryError(
      at,
      this.#anchors.has(name)
        ? `Expected an alias of a value that is complete, found *${name} inside &${name}`
        : `Expected an alias of an anchor that stands before it, found *${name}: quote it if it is a text`,
    );
  }

  #readValue(yaml: YamlNode, at: Position, depth: number): Node {
    const tag = readTag(yaml.tag, at);
    const { secret } = this.#settings;
    if (isScalar(yaml)) {
      if (this.#flow > 0 && !this.#settings.json) refuseFlowScalar(yaml, this.#settings.text, at);
      return this.#readScalar(yaml, tag, at);
    }
    refuseBareTag(yaml, this.#settings.text, at);
    if (tag === 'unsafe') {
      throw inventoryError(
        at,
        'Expected !unsafe before a text, found it before a list or a mapping: put it on each text',
      );
    }
    if (isSeq(yaml)) {
      if (tag !== undefined && tag !== 'seq') throw wrongTag(at, tag, 'a list');
      const items = yaml.items.map(item => this.read(item as YamlNode, depth + 1));
      return { kind: 'list', items, at, secret };
    }
    if (tag !== undefined && tag !== 'map') throw wrongTag(at, tag, 'a mapping');
    if (!isMap(yaml)) throw inventoryError(at, 'Expected a text, a list or a mapping');
    return this.#readMap(yaml.items as readonly Pair[], at, depth);
  }

  #readScalar(yaml: YamlScalar, tag: Tag | undefined, at: Position): Node {
    const { json, secret } = this.#settings;
    const text = String(yaml.value ?? '');
    if (tag === 'vault') return { kind: 'vault', envelope: text, at, secret };
    const base = { kind: 'scalar', at, secret } as const;
    if (tag === 'unsafe') return { ...base, value: text, unsafe: true };
    if (tag === 'map' || tag === 'seq') throw wrongTag(at, tag, 'a text');
    try {
      if (tag !== undefined) return { ...base, value: resolveTagged(tag, text), unsafe: false };
      if (yaml.type !== 'PLAIN') return { ...base, value: text, unsafe: false };
      if (!json && (text === '=' || text === '<<')) {
        throw new RangeError(`Expected a value, found a bare ${text}: quote it`);
      }
      return { ...base, value: json ? resolveJson(text) : resolvePlain(text), unsafe: false };
    } catch (error) {
      if (error instanceof RangeError) throw inventoryError(at, error.message);
      throw error;
    }
  }

  #readMap(pairs: readonly Pair[], at: Position, depth: number): Node {
    const { json, secret } = this.#settings;
    const merged: [Key, Entry][] = [];
    const own: [Key, Entry][] = [];
    for (const { key, value, srcToken } of pairs) {
      const place = key === null ? at : this.#at(key);
      refuseOddKey({ key, token: srcToken, at: place }, this.#settings.text);
      const node = (): Node =>
        value === null ? this.#nothing(place) : this.read(value, depth + 1);
      if (isMerge(key)) {
        merged.push(...mergeEntries(node()));
        continue;
      }
      const name = key === null ? null : this.#readKey(key, depth + 1);
      own.push([name, { at: place, node: node() }]);
    }
    this.#warnOfTwins(own);
    refuseConfusion([...merged, ...own]);
    const map: MapNode = { kind: 'map', entries: new Map([...merged, ...own]), at, secret };
    return json ? unwrapJson(map) : map;
  }

  #readKey(key: YamlNode, depth: number): Key {
    // As a key, PyYAML lets a bare = be the text that it is.
    if (isScalar(key) && key.value === '=') return '=';
    const node = this.read(key, depth);
    if (node.kind !== 'scalar' || (typeof node.value === 'object' && node.value !== null)) {
      throw inventoryError(node.at, `Expected a text as a key, found ${describeNode(node)}`);
    }
    return node.value;
  }

  #nothing(at: Position): ScalarNode {
    return { kind: 'scalar', value: null, unsafe: false, at, secret: this.#settings.secret };
  }

  #warnOfTwins(entries: readonly (readonly [Key, Entry])[]): void {
    const seen = new Map<Key, Position>();
    for (const [key, { at }] of entries) {
      const before = seen.get(key);
      if (before !== undefined) {
        this.warnings.push(
          `${showPosition(at)}: ${String(key)}: Expected each key once, found it in line ${before.line} too: the last one is used`,
        );
      }
      seen.set(key, at);
    }
  }

  #at(yaml: YamlNode): Position {
    return this.#settings.locate(yaml.range?.[0] ?? 0);
  }
}

interface Pair {
  readonly srcToken?: PairToken | undefined;
  readonly key: YamlNode | null;
  readonly value: YamlNode | null;
}

function wrongTag(at: Position, tag: Tag, found: string) {
  return inventoryError(
    at,
    `Expected a tag that fits the value behind it, found !${tag} before ${found}`,
  );
}

/** In JSON, Ansible writes `!vault` and `!unsafe` as objects with one key each. */
export function unwrapJson(map: MapNode): Node {
  if (map.entries.size !== 1) return map;
  const vault = map.entries.get('__ansible_vault')?.node;
  if (vault?.kind === 'scalar' && typeof vault.value === 'string') {
    return { kind: 'vault', envelope: vault.value, at: map.at, secret: map.secret };
  }
  const unsafe = map.entries.get('__ansible_unsafe')?.node;
  return unsafe?.kind === 'scalar' ? { ...unsafe, unsafe: true } : map;
}
