import { InventoryError, type InventoryProblem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { Secret } from '../secret.ts';
import type { Value } from '../value.ts';
import type { ConnectionDefaults } from './connection-defaults.ts';

/** Reads one host's variables and collects what is wrong with them, so that all of it is reported at once. */
export class VariableReader {
  readonly problems: InventoryProblem[] = [];
  readonly #scope: Scope;
  readonly #defaults: ConnectionDefaults['values'];

  constructor(scope: Scope, defaults: ConnectionDefaults['values']) {
    this.#scope = scope;
    this.#defaults = defaults;
  }

  /** Undefined when it is not set, set to nothing, or wrong; a wrong one is recorded as a problem. */
  read<T>(name: string, convert: (value: Value) => T): T | undefined {
    try {
      const value = this.#scope.get(name);
      if (value === undefined || value === null) return undefined;
      return convert(value);
    } catch (error) {
      if (error instanceof RangeError) this.wrong(name, error.message);
      else if (error instanceof InventoryError) {
        this.problems.push(
          ...error.problems.map(problem => ({ ...problem, key: problem.key ?? name })),
        );
      } else throw error;
      return undefined;
    }
  }

  /** The last alias that is set wins, as in Ansible, and any of them over Ansible's own settings. */
  readConnection<T>(
    { names: [first, ...more] }: { readonly names: readonly [string, ...string[]] },
    convert: (value: Value) => T,
  ): T | undefined {
    const set = [first, ...more].findLast(name => this.isSet(name) && !this.#scope.isNull(name));
    if (set !== undefined) return this.read(set, convert);
    const setting = this.#defaults.get(first);
    if (setting === undefined) return undefined;
    try {
      return convert(setting.value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.problems.push({ at: setting.at, key: setting.name, message: error.message });
      return undefined;
    }
  }

  isSet(name: string): boolean {
    return this.#scope.at(name) !== undefined;
  }

  /**
   * Whether it is set, but to nothing at all; reports that, because only a variable that is left out gets its default.
   */
  refusesNothing(name: string): boolean {
    const nothing = this.#scope.isNull(name);
    if (nothing)
      this.wrong(name, 'Expected a value, found nothing: leave the line out for the default');
    return nothing;
  }

  names(): string[] {
    return this.#scope.names();
  }

  /** Whether its value must not be shown. */
  isSecret(name: string): boolean {
    return this.#scope.get(name) instanceof Secret;
  }

  /** `index`: which item of a list it is about. */
  wrong(name: string, message: string, index?: PropertyKey): void {
    this.problems.push({ at: this.#scope.at(name, index), key: name, message });
  }
}
