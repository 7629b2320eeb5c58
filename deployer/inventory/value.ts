import { describeScalar, type Key } from './node.ts';
import { REDACTED, Secret } from './secret.ts';
import { Timestamp } from './yaml/timestamp.ts';

/** A variable's value after decryption and templates. Integers are bigint, floats number; a secret text is a Secret. */
export type Value =
  | string
  | boolean
  | bigint
  | number
  | null
  | Timestamp
  | Secret
  | readonly Value[]
  | ReadonlyMap<Key, Value>;

/** As the rest of the deployer wants it: numbers, arrays and plain objects. Secrets stay Secrets. */
export function toPlain(value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Timestamp) return value.iso;
  if (isList(value)) return value.map(toPlain);
  if (isMapping(value)) {
    // No prototype: a key may be called __proto__.
    const plain: Record<string, unknown> = Object.create(null);
    for (const [key, item] of value) plain[showKey(key)] = toPlain(item);
    return plain;
  }
  return value;
}

/** Every text in it becomes a Secret. */
export function conceal(value: Value): Value {
  if (typeof value === 'string') return new Secret(value);
  if (isList(value)) return value.map(conceal);
  if (isMapping(value)) return new Map([...value].map(([key, item]) => [key, conceal(item)]));
  return value instanceof Timestamp ? new Secret(value.iso) : value;
}

export function containsSecret(value: Value): boolean {
  if (isList(value)) return value.some(containsSecret);
  if (isMapping(value)) return [...value.values()].some(containsSecret);
  return value instanceof Secret;
}

export function containsTimestamp(value: Value): boolean {
  if (isList(value)) return value.some(containsTimestamp);
  if (isMapping(value)) return [...value.values()].some(containsTimestamp);
  return value instanceof Timestamp;
}

/** A key as Python's JSON writes it. */
export function showKey(key: Key): string {
  if (key === null) return 'null';
  return typeof key === 'number' ? showFloat(key) : String(key);
}

/** Python's repr of a float: `1.0`, `1e+16`, `1e-05`. */
export function showFloat(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const exponential = value.toExponential();
  const exponent = Number(exponential.split('e')[1]);
  if (exponent < -4 || exponent >= 16) {
    return exponential.replace(/e([-+])(\d)$/, 'e$10$2');
  }
  const text = Object.is(value, -0) ? '-0' : String(value);
  return text.includes('.') ? text : `${text}.0`;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMapping(value: Value): value is ReadonlyMap<Key, Value> {
  return value instanceof Map;
}

/** How messages name the kind of a value. */
export function describeValue(value: Value): string {
  if (value instanceof Secret) return REDACTED;
  if (isList(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  return describeScalar(value);
}
