import { isSecretName } from '../../../agent/contract/secrets.ts';
import type { Key } from '../node.ts';
import { Secret } from '../secret.ts';
import { containsSecret, isList, isMapping, type Value } from '../value.ts';
import type { Budget } from './budget.ts';
import type { Expression } from './expression.ts';
import { applyFilter } from './filters.ts';
import { isPlayVariable } from './play-variables.ts';
import { isEqual, isTrue, toPythonText } from './python.ts';

/** A variable or an item that is not there: fine for `default` and `is defined`, an error anywhere else. */
class Missing {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

/** A namespace that only lookups by name can read, such as `hostvars`. */
export class Directory {
  readonly find: (name: string) => Value | Directory | undefined;

  constructor(find: (name: string) => Value | Directory | undefined) {
    this.find = find;
  }
}

type Operand = Value | Missing | Directory;

/** What a template may ask for by name; each is undefined when it is not set. */
export interface Lookups {
  readonly variable: (name: string) => Value | Directory | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly budget: Budget;
}

/** Names that Jinja or Ansible would know, and that mean more than a variable. */
const NOT_VARIABLES = new Set([
  'lookup',
  'query',
  'q',
  'omit',
  'vars',
  'range',
  'dict',
  'now',
  'undef',
  'namespace',
]);
/** Keys that a dot cannot reach: Python finds the dictionary's method first. */
const METHODS = new Set(
  'clear copy fromkeys get items keys pop popitem setdefault update values'.split(' '),
);

/** Evaluates expressions and remembers whether a secret went into one. */
export class Evaluator {
  readonly #lookups: Lookups;
  sawSecret = false;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** Throws a RangeError for what is undefined or not supported. */
  value(expression: Expression): Value {
    const result = this.#operand(expression);
    if (result instanceof Missing) throw new RangeError(notSet(result));
    if (result instanceof Directory)
      throw new RangeError('Expected a variable of a host, found all of them');
    return result;
  }

  #operand(expression: Expression): Operand {
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'name':
        return this.#name(expression.name);
      case 'env':
        return this.#environment(this.value(expression.of));
      case 'list':
        return this.#lookups.budget.spend(expression.items.map(item => this.value(item)));
      case 'item':
        return this.#item(
          this.#operand(expression.of),
          this.value(expression.key),
          expression.dotted,
        );
      case 'filter':
        return this.#filter(expression);
      case 'defined':
        return !(this.#operand(expression.of) instanceof Missing) === expression.expected;
      case 'not':
        return !isTrue(this.value(expression.of));
      case 'choice': {
        if (isTrue(this.value(expression.test))) return this.#operand(expression.yes);
        return expression.no === undefined
          ? new Missing('in an "else"')
          : this.#operand(expression.no);
      }
      case 'binary':
        return this.#binary(expression);
    }
  }

  #name(name: string): Operand {
    if (NOT_VARIABLES.has(name))
      throw new RangeError(`Expected a variable, found ${name}, which is not supported`);
    return this.#found(this.#lookups.variable(name), name);
  }

  /** Ansible gives an empty text for what is not set. */
  #environment(name: Value): string {
    if (typeof name !== 'string') throw new RangeError("Expected a text in lookup('env', …)");
    if (isSecretName(name)) this.sawSecret = true;
    return this.#lookups.env[name] ?? '';
  }

  #found(value: Value | Directory | undefined, name: string): Operand {
    if (isPlayVariable(name, value !== undefined))
      throw new RangeError(
        `Expected a variable of the inventory, found ${name}, which only a play has: write its value`,
      );
    return value === undefined ? new Missing(name) : this.#open(value);
  }

  /** From here on a secret is a text like any other; what comes out at the end is a secret again. */
  #open(operand: Operand): Operand {
    if (!(operand instanceof Secret)) return operand;
    this.sawSecret = true;
    return operand.reveal();
  }

  #item(of: Operand, key: Value, dotted: boolean): Operand {
    const name = typeof key === 'string' || typeof key === 'bigint' ? String(key) : undefined;
    if (name === undefined) throw new RangeError('Expected a name or a number in brackets');
    if (of instanceof Missing) return new Missing(`${of.what}.${name}`);
    if (of instanceof Directory) return this.#found(of.find(name), name);
    if (isList(of) && typeof key === 'bigint') {
      return this.#found(of.at(Number(key)), `[${name}]`);
    }
    if (!isMapping(of))
      throw new RangeError(
        `Expected a mapping before .${name}, found another value, which is not supported`,
      );
    const has = of.has(key as Key);
    if (METHODS.has(name) && (dotted || !has)) {
      throw new RangeError(
        `Expected a key, found ${name}, which is a method to Jinja and not supported`,
      );
    }
    return has ? this.#open(of.get(key as Key) ?? null) : new Missing(name);
  }

  #filter(expression: Expression & { kind: 'filter' }): Operand {
    const { name, positional, named } = expression;
    const of = this.#operand(expression.of);
    if (name === 'default' || name === 'd') return this.#default(of, expression);
    const value = this.#defined(of);
    // A filter may make a text of a list that holds a secret.
    if (containsSecret(value)) this.sawSecret = true;
    const args = {
      positional: positional.map(argument => this.value(argument)),
      named: new Map([...named].map(([key, argument]) => [key, this.value(argument)])),
    };
    return this.#lookups.budget.spend(applyFilter(name, value, args));
  }

  #default(of: Operand, { positional, named }: Expression & { kind: 'filter' }): Operand {
    const fallback = positional[0] ?? named.get('default_value');
    const even = positional[1] ?? named.get('boolean');
    const whenFalse = even !== undefined && isTrue(this.value(even));
    if (!(of instanceof Missing) && !(whenFalse && !isTrue(this.#defined(of)))) return of;
    return fallback === undefined ? '' : this.#operand(fallback);
  }

  #defined(of: Operand): Value {
    if (of instanceof Missing) throw new RangeError(notSet(of));
    if (of instanceof Directory)
      throw new RangeError('Expected a variable of a host, found all of them');
    return of;
  }

  #binary({ operator, left, right }: Expression & { kind: 'binary' }): Operand {
    const a = this.value(left);
    if (operator === 'and') return isTrue(a) ? this.#operand(right) : a;
    if (operator === 'or') return isTrue(a) ? a : this.#operand(right);
    const b = this.value(right);
    switch (operator) {
      case '~':
        return this.#lookups.budget.spend(toPythonText(a) + toPythonText(b));
      case '+':
        return this.#lookups.budget.spend(add(a, b));
      case '==':
        return isEqual(a, b);
      case '!=':
        return !isEqual(a, b);
      case 'in':
        return contains(b, a);
      case 'not in':
        return !contains(b, a);
    }
  }
}

function add(a: Value, b: Value): Value {
  if (typeof a === 'bigint' && typeof b === 'bigint') return a + b;
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (isList(a) && isList(b)) return [...a, ...b];
  throw new RangeError(
    'Expected two texts, two whole numbers or two lists around +: use ~ to join a text and a number',
  );
}

function contains(whole: Value, part: Value): boolean {
  if (isList(whole)) return whole.some(item => isEqual(item, part));
  if (isMapping(whole) && !isList(part) && !isMapping(part))
    return [...whole.keys()].some(key => isEqual(key, part));
  if (typeof whole === 'string' && typeof part === 'string') return whole.includes(part);
  throw new RangeError(
    'Expected a list, a mapping or a text behind "in", and something that can be in it',
  );
}

function notSet({ what }: Missing): string {
  return `Expected a variable that is set, found none called ${what}: set it, or write {{ ${what} | default('...') }}`;
}
