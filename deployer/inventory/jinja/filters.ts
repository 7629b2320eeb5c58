import { isList, isMapping, type Value } from '../value.ts';
import { toInteger } from '../yaml/plain-scalar.ts';
import { joinTexts } from './budget.ts';
import { isTrue, toPythonJson, toPythonText } from './python.ts';

/** A filter's arguments by position and by name, already evaluated. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

type Filter = (value: Value, args: readonly (Value | undefined)[]) => Value;

interface Definition {
  /** The arguments' names in order. */
  readonly parameters: readonly string[];
  /** How many of them must be given. */
  readonly required?: number;
  readonly apply: Filter;
}

const text = toPythonText;

/** `default` is not here: it alone accepts what is undefined. */
const FILTERS: Readonly<Record<string, Definition>> = {
  lower: { parameters: [], apply: value => text(value).toLowerCase() },
  upper: { parameters: [], apply: value => text(value).toUpperCase() },
  string: { parameters: [], apply: value => text(value) },
  trim: { parameters: [], apply: value => text(value).trim() },
  replace: {
    parameters: ['old', 'new'],
    required: 2,
    apply: (value, [from, to]) => replaceAll(text(value), text(from ?? ''), text(to ?? '')),
  },
  int: { parameters: ['default'], apply: (value, [fallback]) => toInt(value, fallback ?? 0n) },
  bool: { parameters: [], apply: toBool },
  to_json: {
    parameters: ['ensure_ascii'],
    apply: (value, [ascii]) => toPythonJson(value, ascii === undefined || isTrue(ascii)),
  },
  b64encode: { parameters: [], apply: value => Buffer.from(text(value)).toString('base64') },
  join: {
    parameters: ['d'],
    apply: (value, [separator]) => joinTexts(toItems(value).map(text), text(separator ?? '')),
  },
  length: { parameters: [], apply: value => BigInt(toItems(value).length) },
  count: { parameters: [], apply: value => BigInt(toItems(value).length) },
  first: { parameters: [], apply: value => toItems(value)[0] ?? empty('first') },
  last: { parameters: [], apply: value => toItems(value).at(-1) ?? empty('last') },
};

/** Throws a RangeError for a filter or an argument that is not supported. */
export function applyFilter(name: string, value: Value, { positional, named }: Arguments): Value {
  const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (filter === undefined) {
    const known = ['default', ...Object.keys(FILTERS)].join(', ');
    throw new RangeError(
      `Expected one of the filters ${known}, found ${name}, which is not supported`,
    );
  }
  const { parameters, required = 0, apply } = filter;
  const args = parameters.map((parameter, index) => positional[index] ?? named.get(parameter));
  const stranger = [...named.keys()].find(key => !parameters.includes(key));
  if (
    positional.length > parameters.length ||
    stranger !== undefined ||
    args.slice(0, required).includes(undefined)
  ) {
    throw new RangeError(
      `Expected ${name}(${parameters.join(', ')}), found other arguments, which are not supported`,
    );
  }
  return apply(value, args);
}

function replaceAll(whole: string, from: string, to: string): string {
  return joinTexts(whole.split(from), to);
}

/** Jinja's int: what is no number becomes the default, a fraction is cut off. */
function toInt(value: Value, fallback: Value): Value {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? BigInt(Math.trunc(value)) : fallback;
  if (typeof value !== 'string') return fallback;
  const plain = value.trim();
  if (/^[-+]?\d+(?:_\d+)*$/.test(plain))
    return toInteger(plain.replace('+', '').replaceAll('_', ''));
  const isFloat = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain);
  return isFloat && Number.isFinite(Number(plain)) ? BigInt(Math.trunc(Number(plain))) : fallback;
}

function toBool(value: Value): Value {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return ['yes', 'on', '1', 'true'].includes(value.toLowerCase());
  return value === 1n || value === 1;
}

function toItems(value: Value): readonly Value[] {
  if (isList(value)) return value;
  if (isMapping(value)) return [...value.keys()];
  if (typeof value === 'string') return [...value];
  throw new RangeError('Expected a list or a text before this filter');
}

function empty(filter: string): never {
  throw new RangeError(
    `Expected a list with something in it before "${filter}", found an empty one`,
  );
}
