import type { Entry, Key, Node } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';
import { DEEPEST, tooDeep, unwrapJson } from '../yaml/node-reader.ts';
import { resolveJson } from '../yaml/plain-scalar.ts';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+|"/g;
/** A number, or another bare word of Python's JSON. */
const WORD = /^(?:true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)$/;

/**
 * What a program printed as JSON, with all digits of its numbers, which JSON.parse loses; much faster than readYaml()
 * and of any length. Everything in it stands at one place. Throws InventoryError.
 */
export function readJson(text: string, at: Position): Node {
  return new JsonReader(text, at).whole();
}

class JsonReader {
  readonly #tokens: readonly string[];
  readonly #at: Position;
  #next = 0;

  constructor(text: string, at: Position) {
    this.#tokens = text.match(TOKEN) ?? [];
    this.#at = at;
  }

  whole(): Node {
    const node = this.#value(0);
    if (this.#next < this.#tokens.length) throw this.#wrong();
    return node;
  }

  #value(depth: number): Node {
    if (depth > DEEPEST) throw inventoryError(this.#at, tooDeep);
    const token = this.#take();
    const base = { at: this.#at, secret: false };
    if (token === '[') {
      const items: Node[] = [];
      this.#each(']', () => items.push(this.#value(depth + 1)));
      return { ...base, kind: 'list', items };
    }
    if (token !== '{')
      return { ...base, kind: 'scalar', unsafe: false, value: this.#scalar(token) };
    const entries = new Map<Key, Entry>();
    this.#each('}', () => {
      const key = this.#text(this.#take());
      if (this.#take() !== ':') throw this.#wrong();
      entries.set(key, { at: this.#at, node: this.#value(depth + 1) });
    });
    return unwrapJson({ ...base, kind: 'map', entries });
  }

  /** What stands between commas, up to a closing bracket. */
  #each(end: string, read: () => void): void {
    if (this.#tokens[this.#next] === end) {
      this.#next += 1;
      return;
    }
    do read();
    while (this.#goesOn(end));
  }

  #goesOn(end: string): boolean {
    const token = this.#take();
    if (token !== ',' && token !== end) throw this.#wrong();
    return token === ',';
  }

  #scalar(token: string) {
    if (token.startsWith('"')) return this.#text(token);
    if (!WORD.test(token)) throw this.#wrong();
    try {
      return resolveJson(token);
    } catch (error) {
      throw error instanceof RangeError ? inventoryError(this.#at, error.message) : error;
    }
  }

  #text(token: string): string {
    try {
      const text: unknown = JSON.parse(token);
      if (typeof text === 'string') return text;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw this.#wrong();
  }

  #take(): string {
    const token = this.#tokens[this.#next] ?? '';
    this.#next += 1;
    return token;
  }

  #wrong() {
    return inventoryError(this.#at, 'Expected JSON, found another text: run it by hand');
  }
}
