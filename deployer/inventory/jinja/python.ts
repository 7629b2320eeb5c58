import type { Key } from '../node.ts';
import { Secret } from '../secret.ts';
import { isList, isMapping, showFloat, type Value } from '../value.ts';
import { Timestamp } from '../yaml/timestamp.ts';

/** A value's text as Python's str() gives it. A Secret has to be unwrapped before. */
export function toPythonText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return showFloat(value);
  if (value instanceof Timestamp) return value.iso.replace('T', ' ');
  if (value instanceof Secret) return value.reveal();
  throw new RangeError(
    'Expected a text or a number in a template, found a list or a mapping: join it, or let it stand alone',
  );
}

/** Truth as in Python: None, zero and empty values are false. */
export function isTrue(value: Value): boolean {
  if (isList(value)) return value.length > 0;
  if (isMapping(value)) return value.size > 0;
  if (value instanceof Secret) return value.reveal() !== '';
  return typeof value === 'bigint' ? value !== 0n : Boolean(value);
}

/** Python's ==: numbers and booleans compare by value, lists and mappings by what is in them. */
export function isEqual(a: Value, b: Value): boolean {
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i] ?? null));
  if (isMapping(a)) {
    if (!isMapping(b) || a.size !== b.size) return false;
    return [...a].every(([key, item]) => b.has(key) && isEqual(item, b.get(key) ?? null));
  }
  const [left, right] = [comparable(a), comparable(b)];
  // Of 1n, 1 and true each equals the others in Python, but a text never equals a number.
  if (typeof left === 'string' || typeof right === 'string') return left === right;
  // biome-ignore lint/suspicious/noDoubleEquals: between bigint and number it compares the values, as Python does
  return left == right;
}

function comparable(value: Value): unknown {
  if (value instanceof Secret) return value.reveal();
  if (value instanceof Timestamp) return value;
  return typeof value === 'boolean' ? BigInt(value) : value;
}

/** json.dumps with Python's spacing; `ascii` escapes everything else, which is its default. */
export function toPythonJson(value: Value, ascii: boolean): string {
  if (isList(value)) return `[${value.map(item => toPythonJson(item, ascii)).join(', ')}]`;
  if (isMapping(value)) {
    const pairs = [...value].map(
      ([key, item]) => `${quote(jsonKey(key), ascii)}: ${toPythonJson(item, ascii)}`,
    );
    return `{${pairs.join(', ')}}`;
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return showFloat(value);
    throw new RangeError('Expected a finite number for to_json');
  }
  return quote(value instanceof Timestamp ? value.iso : toPythonText(value), ascii);
}

function jsonKey(key: Key): string {
  if (typeof key === 'boolean' || key === null) return String(key);
  return typeof key === 'number' ? showFloat(key) : String(key);
}

function quote(text: string, ascii: boolean): string {
  const json = JSON.stringify(text);
  if (!ascii) return json;
  return json.replaceAll(/[\u007f-\uffff]/g, char =>
    char === '\u007f' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
