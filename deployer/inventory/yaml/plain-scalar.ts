import type { Scalar } from '../node.ts';
import { parseTimestamp } from './timestamp.ts';

const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?\d[\d_]*\.[\d_]*(?:[eE][-+]\d+)?|\.\d[\d_]*(?:[eE][-+]\d+)?|[-+]?\d[\d_]*(?::[0-5]?\d)+\.[\d_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][\d_]*)|[-+]?0x[\da-fA-F_]+|[-+]?[1-9][\d_]*(?::[0-5]?\d)+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;

/**
 * An unquoted scalar as PyYAML (and so Ansible) reads it: `yes` is true, `0644` is 420, `22:22` is 1342, `1e3` and
 * `08` are texts. Neither YAML 1.2 nor the yaml package's 1.1 mode does the same, so this is our own.
 * Throws a RangeError where PyYAML fails too: `0x_`, a date that does not exist.
 */
export function resolvePlain(text: string): Scalar {
  if (BOOL.test(text)) return resolveBool(text);
  if (FLOAT.test(text)) return resolveFloat(text);
  if (INT.test(text)) return resolveInt(text);
  if (NULL.test(text)) return null;
  return parseTimestamp(text) ?? text;
}

/** For `!!bool` too, which accepts the same words only. */
export function resolveBool(text: string): boolean {
  if (!BOOL.test(text)) throw new RangeError('Expected a boolean');
  return /^(?:yes|true|on)$/i.test(text);
}

/** `1_000`, `0644`, `0x1f`, `0b101`, `190:20:30`, exactly; also what `!!int` in front of such a text gives. */
export function resolveInt(text: string): bigint {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const magnitude = INT.test(text) ? parseMagnitude(digits) : undefined;
  if (magnitude === undefined) throw new RangeError('Expected an integer with digits');
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** As many as Python reads: the time grows with their square. */
const MOST_DIGITS = 4_300;

/** Throws a RangeError for more digits than Python reads. */
export function toInteger(digits: string): bigint {
  if (digits.length <= MOST_DIGITS) return BigInt(digits);
  throw new RangeError(
    `Expected a number of at most ${MOST_DIGITS} digits, found one of ${digits.length}`,
  );
}

function parseMagnitude(digits: string): bigint | undefined {
  if (/^0[bx]$/.test(digits)) return undefined;
  if (/^0[bx]/.test(digits)) return toInteger(digits);
  if (digits.includes(':')) {
    toInteger(digits.replaceAll(':', ''));
    return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  }
  return /^0./.test(digits) ? toInteger(`0o${digits.slice(1)}`) : toInteger(digits);
}

/** `6.02e+23`, `.5`, `20:30.15`, `-.inf`; also what `!!float` in front of such a text or of an integer gives. */
export function resolveFloat(text: string): number {
  if (!FLOAT.test(text) && !/^[-+]?\d[\d_]*$/.test(text)) throw new RangeError('Expected a number');
  const plain = text.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  if (!digits.includes(':')) return sign * Number(digits);
  const parts = digits.split(':').map(Number).reverse();
  return sign * parts.reduce((sum, part, index) => sum + part * 60 ** index, 0);
}

/** A bare word of a JSON file, which Ansible reads by JSON's rules: `1e3` is a number there. */
export function resolveJson(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+$/.test(text) ? toInteger(text) : Number(text);
}
