import { parseAddress } from '../hosts/address.ts';

/**
 * `nas,!nas-2` → `nas`, `!nas-2`; without a comma a colon separates too (`nas:&lab`), unless it belongs to an address
 * or a range (`db[1:3]`, `2001:db8::7`).
 */
export function splitPatterns(patterns: readonly string[]): string[] {
  return patterns
    .flatMap(splitOne)
    .map(pattern => pattern.trim())
    .filter(pattern => pattern !== '');
}

function splitOne(pattern: string): readonly string[] {
  if (pattern.includes(',')) return pattern.split(',');
  if (parseAddress(pattern) !== undefined) return [pattern];
  return pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? [];
}
