/**
 * How a configuration key or an inventory variable is described: once, for every program and file that knows it.
 * Patterns are read by JavaScript, by JSON Schema and by Python (the Ansible role), so they use what the three share.
 */

interface Described {
  /** One sentence for every table, comment and specification. */
  readonly about: string;
}

interface TextSpec extends Described {
  readonly kind: 'text';
  /** Of the whole text. */
  readonly pattern: RegExp;
  /** What a value has to be, after "Expected". */
  readonly expected: string;
  readonly example: string;
  readonly default?: string;
  readonly required?: true;
  /** Never shown: in messages, diffs, logs and JSON. */
  readonly secret?: true;
  /** What examples hold in its place. */
  readonly placeholder?: string;
}

interface IntegerSpec extends Described {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  /** Such as `seconds`. */
  readonly unit: string;
  readonly default: number;
}

interface ChoiceSpec extends Described {
  readonly kind: 'choice';
  readonly choices: readonly [string, ...string[]];
  readonly default: string;
}

interface FlagSpec extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}

/** A list of texts, empty unless set. */
interface ListSpec extends Described {
  readonly kind: 'list';
  readonly maxItems: number;
  /** Of one item. */
  readonly pattern: RegExp;
  /** The items in two words, such as `unit names`. */
  readonly items: string;
  /** What one item has to be, after "Expected". */
  readonly expected: string;
  readonly example: readonly string[];
  readonly default: readonly [];
}

/** Accepted from other agents' files, without effect. */
interface IgnoredSpec extends Described {
  readonly kind: 'ignored';
}

export type Spec = TextSpec | IntegerSpec | ChoiceSpec | FlagSpec | ListSpec | IgnoredSpec;

/** The type of a key's value. */
export type ValueOf<S extends Spec> = S extends IntegerSpec
  ? number
  : S extends FlagSpec
    ? boolean
    : S extends ListSpec
      ? readonly string[]
      : S extends ChoiceSpec
        ? S['choices'][number]
        : S extends TextSpec
          ? string
          : unknown;

/** A table's values: those that are required or have a default are always there. */
export type ValuesOf<Table extends Readonly<Record<string, Spec>>> = {
  readonly [K in keyof Table as IsSet<Table[K]> extends true ? K : never]: ValueOf<Table[K]>;
} & {
  readonly [K in keyof Table as IsSet<Table[K]> extends true ? never : K]?:
    | ValueOf<Table[K]>
    | undefined;
};

type IsSet<S> = S extends { readonly required: true } | { readonly default: unknown }
  ? true
  : false;

/** What a value has to be, after "Expected". */
export function expectedOf(spec: Spec): string {
  switch (spec.kind) {
    case 'text':
      return spec.expected;
    case 'integer':
      return `a whole number of ${spec.unit} from ${spec.min} to ${spec.max}`;
    case 'choice':
      return oneOf(spec.choices);
    case 'flag':
      return 'true or false';
    case 'list':
      return `a list of at most ${spec.maxItems} ${spec.items}`;
    case 'ignored':
      return 'anything';
  }
}

function oneOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
