import { isScalar, type Node as YamlNode, type Scalar as YamlScalar } from 'yaml';
import type { Entry, Key } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';

/*
 * YAML that PyYAML (1.1) and our parser (1.2) read differently, and Python's keys that JavaScript distinguishes. No
 * inventory needs any of it, so each is rejected rather than guessed. Each function throws InventoryError.
 */

/** `{a: ?b}`, `[a:[b]]`: colons and question marks between brackets. `text` is the whole file. */
export function refuseFlowScalar(yaml: YamlScalar, text: string, at: Position): void {
  const [start, end] = yaml.range ?? [0, 0];
  if (yaml.type !== 'PLAIN' || start === end) return;
  const startsOddly = /[?:]/.test(text.charAt(start));
  const hasOddColon = /:[,?[\]{}]/.test(text.slice(start, end + 2));
  if (!startsOddly && !hasOddColon) return;
  throw inventoryError(
    at,
    'Expected a value that every YAML reads alike between brackets, found one with an odd colon or question mark: quote it',
  );
}

/** `![a]`: a bare exclamation mark before a list or a mapping, which the parser forgets. */
export function refuseBareTag(yaml: YamlNode, text: string, at: Position): void {
  const start = yaml.range?.[0] ?? 0;
  if (yaml.tag === undefined || !/(?:^|[\s,[{:-])!\s*$/.test(text.slice(0, start))) return;
  throw inventoryError(
    at,
    'Expected !vault, !unsafe or no tag, found a bare !, which is not supported',
  );
}

/** The tokens before a key, as the parser keeps them. */
export interface PairToken {
  readonly start: readonly { readonly type: string }[];
}

/** A pair of a mapping: its key, and what stood before it. */
export interface KeyPlace {
  readonly key: YamlNode | null;
  readonly token: PairToken | undefined;
  readonly at: Position;
}

/** `? key`, `: value` without a key, a key over two lines. `text` is the whole file. */
export function refuseOddKey({ key, token, at }: KeyPlace, text: string): void {
  const before = token?.start.map(({ type }) => type) ?? [];
  const isExplicit = before.includes('explicit-key-ind');
  const property = before.findIndex(type => type === 'tag' || type === 'anchor');
  const isEmpty = key === null || (isScalar(key) && key.type === 'PLAIN' && key.source === '');
  const [start, end] = key?.range ?? [0, 0];
  const isLong =
    (isScalar(key) && text.slice(start, end).includes('\n')) ||
    (property >= 0 && before.includes('newline', property));
  if (!isExplicit && !isEmpty && !isLong) return;
  throw inventoryError(
    at,
    'Expected a key such as "name:" on one line, found one that is empty, starts with "? " or goes on',
  );
}

/** To Python 1, 1.0 and true are the same key; an author who writes two of them means two. */
export function refuseConfusion(entries: readonly (readonly [Key, Entry])[]): void {
  const seen = new Map<unknown, Key>();
  for (const [key, { at }] of entries) {
    const number = typeof key === 'boolean' || typeof key === 'bigint' ? Number(key) : key;
    const before = seen.get(number);
    if (before !== undefined && before !== key) {
      throw inventoryError(
        at,
        `Expected different keys, found ${key} and ${before}, which are the same key in Python: quote one`,
      );
    }
    seen.set(number, key);
  }
}

const NOTHING = /^(?:\ufeff|[ \t]*(?:#.*)?(?:\r?\n|$)|%.*\r?\n)*$/;

/**
 * A file is one document: `---` may stand before everything else, `...` behind it. To PyYAML a line that starts with
 * either ends whatever it stands in, a quoted text included. Throws InventoryError for a second document.
 */
export function refuseDocuments(text: string, locate: (offset: number) => Position): void {
  for (const { 0: mark, index } of text.matchAll(/^(?:---|\.\.\.)(?=\s|$)/gm)) {
    const isAlone =
      mark === '---'
        ? NOTHING.test(text.slice(0, index))
        : NOTHING.test(text.slice(index + mark.length));
    if (isAlone) continue;
    throw inventoryError(
      locate(index),
      `Expected one document, found "${mark}" in the middle: remove it, or what follows`,
    );
  }
}
