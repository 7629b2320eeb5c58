import * as z from 'zod/mini';
import { type Config, type Key, keys } from './keys.ts';
import { nearest } from './nearest.ts';
import { expectedOf, type Spec } from './spec.ts';

/** One problem of a configuration, without its place in a file. Never contains a secret. */
export type ConfigProblem = {
  readonly key: string;
  /** Where in the values: `['monitored_services', 1]`. */
  readonly path: readonly PropertyKey[];
} & (
  | { readonly kind: 'unknown'; readonly hint: string }
  | {
      readonly kind: 'missing' | 'wrong' | 'placeholder';
      readonly expected: string;
      readonly found: string;
    }
);

export function problemText(problem: ConfigProblem): string {
  return problem.kind === 'unknown'
    ? `Unknown key: ${problem.hint}`
    : `Expected ${problem.expected}, found ${problem.found}`;
}

export type CheckedConfig =
  | { readonly config: Config; readonly problems?: never }
  | { readonly config?: never; readonly problems: readonly ConfigProblem[] };

/** Zod's mini build: the same checks at a seventh of the size in the bundle. It brings no messages. */
const schema = z.strictObject(
  Object.fromEntries(Object.entries(keys).map(([key, spec]) => [key, typeOf(spec)])),
);

function typeOf(spec: Spec): z.ZodMiniType {
  switch (spec.kind) {
    case 'text': {
      const text = z.string().check(z.regex(spec.pattern));
      return spec.required ? text : z.optional(text);
    }
    case 'integer':
      return z._default(z.int().check(z.gte(spec.min), z.lte(spec.max)), spec.default);
    case 'choice':
      return z._default(z.enum(spec.choices), spec.default);
    case 'flag':
      return z._default(z.boolean(), spec.default);
    case 'list': {
      const item = z.string().check(z.regex(spec.pattern));
      return z._default(z.array(item).check(z.maxLength(spec.maxItems)), [...spec.default]);
    }
    case 'ignored':
      return z.optional(z.unknown());
  }
}

/**
 * Checks a configuration's values and fills in the defaults, or gives every problem. For the agent's own
 * file and for the inventory, where `nameOf` gives a key's variable.
 */
export function checkConfig(
  values: Readonly<Record<string, unknown>>,
  nameOf: (key: string) => string = key => key,
): CheckedConfig {
  const result = schema.safeParse(values);
  const problems = new Map<string, ConfigProblem>();
  // A value may fail several checks, and one sentence says what it has to be.
  const add = (problem: ConfigProblem): void => {
    const at = problem.path.join(' ');
    if (!problems.has(at)) problems.set(at, problem);
  };
  for (const issue of result.error?.issues ?? []) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) add(unknownKey(key, nameOf));
    } else add(wrongValue(issue.path, values));
  }
  for (const [key, spec] of Object.entries<Spec>(keys)) {
    if (!('placeholder' in spec) || values[key] !== spec.placeholder) continue;
    const [expected, text] = ["the hub's own key", 'the placeholder of the example'];
    add({ kind: 'placeholder', key, path: [key], expected, found: text });
  }
  if (values['api_key'] === undefined && values['api_token'] === undefined) {
    const expected = `the hub's shared key here, or a token in ${nameOf('api_token')}`;
    add({ kind: 'missing', key: 'api_key', path: ['api_key'], expected, found: 'neither' });
  }
  // The schema is made of the table that the type Config is made of.
  return problems.size === 0
    ? { config: result.data as Config }
    : { problems: [...problems.values()] };
}

function wrongValue(
  path: readonly PropertyKey[],
  values: Readonly<Record<string, unknown>>,
): ConfigProblem {
  const key = String(path[0]);
  const spec: Spec = keys[key as Key];
  const value = path.reduce<unknown>((at, step) => Object(at)[step], values);
  const expected = spec.kind === 'list' && path.length > 1 ? spec.expected : expectedOf(spec);
  const kind = value === undefined ? 'missing' : 'wrong';
  return { kind, key, path, expected, found: found(spec, value) };
}

/** The value that was found, at most a line of it; of a secret only the length. */
function found(spec: Spec, value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if ('secret' in spec) return `${String(value).length} characters (not shown: it is a secret)`;
  if (typeof value !== 'string') return String(value);
  // A URL may carry a password.
  const open = value.replace(/\/\/[^/]*@/, '//…@');
  return JSON.stringify(open.length > 80 ? `${open.slice(0, 80)}…` : open);
}

function unknownKey(key: string, nameOf: (key: string) => string): ConfigProblem {
  const near = nearest(key, Object.keys(keys));
  const hint =
    near === undefined ? 'see config.yaml.example for the keys' : `did you mean ${nameOf(near)}?`;
  return { kind: 'unknown', key, path: [key], hint };
}

/**
 * `monitored_services[1]`: a path for a reader. A key is the file's own text: nothing in it may start a second line.
 */
export function pathText([key, ...rest]: readonly PropertyKey[]): string {
  const name = String(key);
  const shown = /^[\w.-]{1,60}$/.test(name) ? name : JSON.stringify(name.slice(0, 60));
  return `${shown}${rest.map(step => `[${String(step)}]`).join('')}`;
}
