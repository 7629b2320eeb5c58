import { isList, isMapping, type Value } from '../value.ts';

/** Of one value that a template makes, in characters; each item counts as one more. */
const LARGEST = 1024 * 1024;
/** Of all values that the templates of an inventory make, those on the way to others as well. */
const MOST = 128 * LARGEST;

const sizes = new WeakMap<object, number>();

/** What the templates of one inventory may make: a few lines can ask for more than any memory holds. */
export class Budget {
  #left = MOST;

  /** Gives back a value that a template made. Throws a RangeError where that is too much. */
  spend<T extends Value>(value: T): T {
    const size = sizeOf(value);
    refuseLength(size);
    this.#left -= size;
    if (this.#left >= 0) return value;
    throw new RangeError(
      `Expected templates that make at most ${MOST} characters together, found that they make more`,
    );
  }
}

/** The texts as one. Throws a RangeError before it makes one that is too long. */
export function joinTexts(parts: readonly string[], separator: string): string {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  refuseLength(length + separator.length * Math.max(0, parts.length - 1));
  return parts.join(separator);
}

function refuseLength(length: number): void {
  if (length <= LARGEST) return;
  throw new RangeError(
    `Expected a template that gives at most ${LARGEST} characters, found one that gives more`,
  );
}

/** Computed once for each list and mapping, as a template may repeat one that repeats another. */
function sizeOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (!isList(value) && !isMapping(value)) return 1;
  const known = sizes.get(value);
  if (known !== undefined) return known;
  let size = 1;
  for (const item of value.values()) size += 1 + sizeOf(item);
  sizes.set(value, size);
  return size;
}
