import { Secret } from '../secret.ts';
import { describeValue, isList, type Value } from '../value.ts';

/*
 * Ansible turns texts into what a variable wants ("60" into 60, "yes" into true), because templates give texts.
 * Each function throws a RangeError that says what was wanted and found; a Secret is never quoted.
 */

export function toText(value: Value): string {
  if (value instanceof Secret) return value.reveal();
  if (typeof value === 'string') return value;
  throw wanted('a text', value, ': quote it');
}

/** A secret: what is wrong with it is reported without its value. */
export function toSecretText(value: Value): string {
  if (value instanceof Secret) return value.reveal();
  if (typeof value === 'string') return value;
  throw new RangeError(
    'Expected a text, found another value (not shown: it is a secret): quote it',
  );
}

/** The same for passwords, which people write as bare numbers and mean as texts. */
export function toPassword(value: Value): string {
  return typeof value === 'bigint' ? String(value) : toSecretText(value);
}

/** For names, which people write so, too. */
export function toTextOrNumber(value: Value): string {
  return typeof value === 'bigint' ? String(value) : toText(value);
}

export function toInteger(value: Value): number {
  const plain = value instanceof Secret ? value.reveal() : value;
  const text = typeof plain === 'bigint' ? String(plain) : plain;
  if (typeof text !== 'string' || !/^\s*[-+]?[0-9]+\s*$/.test(text))
    throw wanted('a whole number', value);
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw wanted('a smaller number', value);
  return number;
}

/** The words that Ansible's own `bool` filter accepts; it knows `y` and `t` in other places only. */
const TRUE = new Set(['yes', 'on', '1', 'true']);
const FALSE = new Set(['no', 'off', '0', 'false']);

export function toBoolean(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  const plain = value instanceof Secret ? value.reveal() : value;
  const text = typeof plain === 'bigint' ? String(plain) : plain;
  const word = typeof text === 'string' ? text.toLowerCase() : '';
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  throw wanted('true or false', value);
}

export function toTexts(value: Value): string[] {
  if (!isList(value)) throw wanted('a list of texts', value);
  return value.map(item => {
    if (typeof item === 'string' || item instanceof Secret) return toText(item);
    throw wanted('a list of texts', item, ' in it');
  });
}

function wanted(what: string, found: Value, next = ''): RangeError {
  return new RangeError(`Expected ${what}, found ${describeValue(found)}${next}`);
}
