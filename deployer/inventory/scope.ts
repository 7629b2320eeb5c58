import { isTemplate, renderTemplate } from './jinja/render.ts';
import type { Entry, Node } from './node.ts';
import type { Position } from './position.ts';
import { inventoryError } from './problem.ts';
import { Secret } from './secret.ts';
import type { Value } from './value.ts';
import type { Vault } from './vault/vault.ts';
import { Timestamp } from './yaml/timestamp.ts';

/**
 * One host's variables, each decrypted and templated when it is first asked for, as in Ansible: a broken variable
 * that nothing uses breaks nothing.
 */
export class Scope {
  readonly #variables: ReadonlyMap<string, Entry>;
  readonly #magic: ReadonlyMap<string, Value>;
  readonly #vault: Vault;
  readonly #known = new Map<string, Value>();
  readonly #open = new Set<string>();

  constructor(
    variables: ReadonlyMap<string, Entry>,
    magic: ReadonlyMap<string, Value>,
    vault: Vault,
  ) {
    this.#variables = variables;
    this.#magic = magic;
    this.#vault = vault;
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
        'Expected a value, found a template that needs itself',
        name,
      );
    }
    this.#open.add(name);
    try {
      const value = this.evaluate(entry.node);
      this.#known.set(name, value);
      return value;
    } finally {
      this.#open.delete(name);
    }
  }

  /** Where a variable's value stands. */
  at(name: string): Position | undefined {
    return this.#variables.get(name)?.node.at;
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
        const result =
          node.unsafe || !isTemplate(value)
            ? value
            : this.#guard(node, () => renderTemplate(value, name => this.get(name)));
        return node.secret ? conceal(result) : result;
      }
    }
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

/** What stood in an encrypted file is secret down to the last text in it. */
function conceal(value: Value): Value {
  if (typeof value === 'string') return new Secret(value);
  if (Array.isArray(value)) return value.map(conceal);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, conceal(item)]));
  return value instanceof Timestamp ? new Secret(value.iso) : value;
}
