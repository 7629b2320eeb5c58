import type { Scalar } from '../node.ts';
import { inventoryError, type Position } from '../problem.ts';
import { resolveBool, resolveFloat, resolveInt } from './plain-scalar.ts';

const CORE = 'tag:yaml.org,2002:';
const KNOWN = {
  '!vault': 'vault',
  '!vault-encrypted': 'vault',
  '!unsafe': 'unsafe',
  [`${CORE}str`]: 'str',
  [`${CORE}int`]: 'int',
  [`${CORE}float`]: 'float',
  [`${CORE}bool`]: 'bool',
  [`${CORE}null`]: 'null',
  [`${CORE}seq`]: 'seq',
  [`${CORE}map`]: 'map',
} as const;

export type Tag = (typeof KNOWN)[keyof typeof KNOWN];

/** Undefined without a tag. An unknown tag is refused: what it would have meant cannot be guessed. */
export function readTag(tag: string | undefined, at: Position): Tag | undefined {
  if (tag === undefined) return undefined;
  if (Object.hasOwn(KNOWN, tag)) return KNOWN[tag as keyof typeof KNOWN];
  const shown = tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag;
  throw inventoryError(
    at,
    `Expected !vault, !unsafe or no tag, found ${shown}, which is not supported: write the value without it`,
  );
}

/** The value of a scalar with an explicit tag of YAML's own. Throws a RangeError when the text does not fit. */
export function resolveTagged(
  tag: Exclude<Tag, 'vault' | 'unsafe' | 'seq' | 'map'>,
  text: string,
): Scalar {
  switch (tag) {
    case 'str':
      return text;
    case 'int':
      return resolveInt(text);
    case 'float':
      return resolveFloat(text);
    case 'bool':
      return resolveBool(text);
    case 'null':
      return null;
  }
}
