import type { Budget } from './jinja/budget.ts';
import { Directory } from './jinja/evaluate.ts';
import { isTemplate, renderTemplate } from './jinja/render.ts';
import type { Entry, Node } from './node.ts';
import { InventoryError, inventoryError, type Position } from './problem.ts';
import { Secret } from './secret.ts';
import { twinOf } from './settings/play-connection.ts';
import { conceal, type Value } from './value.ts';
import type { Vault } from './vault/vault.ts';
import { refuseCiphertext } from './yaml/undecrypted.ts';

/** More than any inventory has; beyond some thousands the stack would overflow. */
const LONGEST_CHAIN = 100;

/**
 * One host's variables, each decrypted and templated when it is first asked for, as in Ansible: a broken variable
 * that nothing uses breaks nothing.
 */
export class Scope {
  readonly #variables: ReadonlyMap<string, Entry>;
  readonly #magic: ReadonlyMap<string, Value>;
  readonly #connection: ReadonlyMap<string, Value>;
  readonly #vault: Vault;
  readonly #sibling: (host: string) => Scope | undefined;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #budget: Budget;
  readonly #known = new Map<string, Value>();
  readonly #open = new Set<string>();

  /**
   * `magic`: what Ansible itself supplies; `connection`: the same, where only the host's own templates see it.
   * `sibling`: another host's scope, for `hostvars`. `env`: for `lookup('env')`.
   * `budget`: the same for all hosts.
   */
  constructor(about: {
    variables: ReadonlyMap<string, Entry>;
    magic: ReadonlyMap<string, Value>;
    connection: ReadonlyMap<string, Value>;
    vault: Vault;
    sibling: (host: string) => Scope | undefined;
    env: Readonly<Record<string, string | undefined>>;
    budget: Budget;
  }) {
    this.#variables = about.variables;
    this.#magic = about.magic;
    this.#connection = about.connection;
    this.#vault = about.vault;
    this.#sibling = about.sibling;
    this.#env = about.env;
    this.#budget = about.budget;
  }

  /** Undefined when there is no such variable. Throws InventoryError when it cannot be decrypted or templated. */
  get(name: string): Value | undefined {
    const entry = this.#variables.get(name);
    if (entry === undefined) return this.#magic.get(name);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#open.has(name)) {
      throw inventoryError(
        entry.node.at,
        'Expected a value, found a template that needs itself: use another variable in it',
        name,
      );
    }
    if (this.#open.size >= LONGEST_CHAIN) {
      const text = `Expected a value, found a template that needs more than ${LONGEST_CHAIN} others one behind the other`;
      throw inventoryError(entry.node.at, text, name);
    }
    this.#open.add(name);
    try {
      const value = this.evaluate(entry.node);
      this.#known.set(name, value);
      return value;
    } catch (error) {
      if (!(error instanceof InventoryError)) throw error;
      throw new InventoryError(error.problems.map(problem => ({ key: name, ...problem })));
    } finally {
      this.#open.delete(name);
    }
  }

  /** Where a variable's value stands, or one item of it. */
  at(name: string, index?: PropertyKey): Position | undefined {
    const node = this.#variables.get(name)?.node;
    const item = node?.kind === 'list' && typeof index === 'number' ? node.items[index] : undefined;
    return (item ?? node)?.at;
  }

  /** Whether a variable is written as nothing: `name:`, `name: ~`. */
  isNull(name: string): boolean {
    const node = this.#variables.get(name)?.node;
    return node?.kind === 'scalar' && node.value === null;
  }

  names(): string[] {
    return [...this.#variables.keys()];
  }

  evaluate(node: Node): Value {
    switch (node.kind) {
      case 'vault':
        return new Secret(this.#guard(node, () => this.#vault.open(node.envelope)));
      case 'list':
        return node.items.map(item => this.evaluate(item));
      case 'map':
        return new Map([...node.entries].map(([key, entry]) => [key, this.evaluate(entry.node)]));
      case 'scalar': {
        const { value } = node;
        if (typeof value !== 'string') return value;
        const result = this.#guard(node, () => this.#text(value, node.unsafe));
        // What stood in an encrypted file is secret down to the last text in it.
        return node.secret ? conceal(result) : result;
      }
    }
  }

  #text(text: string, unsafe: boolean): Value {
    refuseCiphertext(text);
    if (unsafe || !isTemplate(text)) return text;
    const variable = (name: string) => this.#lookup(name);
    return renderTemplate(text, { variable, env: this.#env, budget: this.#budget });
  }

  #lookup(name: string): Value | Directory | undefined {
    if (name !== 'hostvars') return this.#own(name);
    return new Directory(host => {
      const scope = this.#sibling(host);
      return scope === undefined ? undefined : new Directory(variable => scope.get(variable));
    });
  }

  #own(name: string): Value | undefined {
    const value = this.get(name);
    const twin = twinOf(name);
    // While the twin itself is being read, there is no connection yet.
    if (value !== undefined || twin === undefined || this.#open.has(twin)) return value;
    return this.get(twin) ?? this.#connection.get(name);
  }

  /** Gives what goes wrong in a value the value's place. */
  #guard<T>(node: Node, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof RangeError) throw inventoryError(node.at, error.message);
      throw error;
    }
  }
}
