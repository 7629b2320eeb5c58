import type { Position } from './problem.ts';
import type { Timestamp } from './yaml/timestamp.ts';

/**
 * What a scalar can be. Integers are bigint and floats are number, so that `1.0` stays a float as it does in Python,
 * and no integer loses digits.
 */
export type Scalar = string | boolean | bigint | number | null | Timestamp;
/** Python's dictionaries accept any of these as a key. */
export type Key = string | boolean | bigint | number | null;

interface Base {
  readonly at: Position;
  /** It stood in a wholly encrypted file: never shown, not even in a message. */
  readonly secret: boolean;
}

export interface ScalarNode extends Base {
  readonly kind: 'scalar';
  readonly value: Scalar;
  /** `!unsafe`: never a template. */
  readonly unsafe: boolean;
}

/** `!vault`: decrypted when it is used, and never a template. */
interface VaultNode extends Base {
  readonly kind: 'vault';
  readonly envelope: string;
}

interface ListNode extends Base {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

export interface Entry {
  /** Where the key stands. */
  readonly at: Position;
  readonly node: Node;
}

export interface MapNode extends Base {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<Key, Entry>;
}

/** A value as it was written, before decryption and templates. */
export type Node = ScalarNode | VaultNode | ListNode | MapNode;

/** The kind of a value as messages name it. */
export function describeNode(node: Node): string {
  switch (node.kind) {
    case 'map':
      return 'a mapping';
    case 'list':
      return 'a list';
    case 'vault':
      return 'a vaulted value';
    case 'scalar':
      return describeScalar(node.value, node.secret);
  }
}

/** `the number 5`, `"text"`, `nothing`; a secret's kind only. */
export function describeScalar(value: Scalar, secret = false): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return secret ? 'a text' : JSON.stringify(shorten(value));
  if (typeof value === 'boolean') return secret ? 'a boolean' : `the boolean ${value}`;
  if (typeof value === 'object') return secret ? 'a date' : `the date ${value.iso}`;
  return secret ? 'a number' : `the number ${value}`;
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
