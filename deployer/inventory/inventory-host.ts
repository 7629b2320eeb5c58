import type { Entry } from './node.ts';
import type { Scope } from './scope.ts';
import type { ConnectionDefaults } from './settings/connection-defaults.ts';
import type { HostSettings } from './settings/host-settings.ts';
import type { SettingsOptions } from './settings/read-host-settings.ts';
import { toPlain } from './value.ts';

/** One host of the inventory. Values are computed when they are asked for. */
export class InventoryHost {
  readonly name: string;
  /** Every group it is in, directly or through others, sorted; without `all`. */
  readonly groups: readonly string[];
  /** The merged variables as they were written, each with its place; before decryption and templates. */
  readonly written: ReadonlyMap<string, Entry>;
  /** What Ansible's settings say of connections where no variable does. */
  readonly defaults: ConnectionDefaults['values'];
  readonly #scope: Scope;
  readonly #readSettings: (options: SettingsOptions) => HostSettings;
  #settings: HostSettings | undefined;

  constructor(about: {
    name: string;
    groups: readonly string[];
    written: ReadonlyMap<string, Entry>;
    defaults: ConnectionDefaults['values'];
    scope: Scope;
    readSettings: (options: SettingsOptions) => HostSettings;
  }) {
    this.name = about.name;
    this.groups = about.groups;
    this.written = about.written;
    this.defaults = about.defaults;
    this.#scope = about.scope;
    this.#readSettings = about.readSettings;
  }

  /**
   * All variables, decrypted and templated; what was vaulted is a Secret. Throws InventoryError at the first that
   * cannot be had.
   */
  vars(): Record<string, unknown> {
    const vars: Record<string, unknown> = Object.create(null);
    for (const name of this.#scope.names()) vars[name] = this.variable(name);
    return vars;
  }

  /** One variable, or undefined when it is not set. Throws as `vars`. */
  variable(name: string): unknown {
    const value = this.#scope.get(name);
    return value === undefined ? undefined : toPlain(value);
  }

  /**
   * The checked settings; InventoryError with everything that is wrong. Without `needsCredential`, for a host whose
   * credential may be on its way into the inventory, that there is none is not wrong.
   */
  settings(options: SettingsOptions = { needsCredential: true }): HostSettings {
    if (!options.needsCredential) return this.#readSettings(options);
    this.#settings ??= this.#readSettings(options);
    return this.#settings;
  }
}
