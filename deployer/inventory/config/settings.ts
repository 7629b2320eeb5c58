import { dirname, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { expandHome } from '../expand-home.ts';
import { unquote } from '../key-values.ts';
import type { Position } from '../problem.ts';
import type { IniValue } from './parse-ini.ts';

/** Where Ansible looks for each setting; of several that are set, the last counts, and the environment comes first. */
const SETTINGS = {
  inventory: { env: ['ANSIBLE_INVENTORY'], ini: ['defaults.inventory'] },
  playbook_dir: { env: ['ANSIBLE_PLAYBOOK_DIR'], ini: ['defaults.playbook_dir'] },
  vault_identity_list: {
    env: ['ANSIBLE_VAULT_IDENTITY_LIST'],
    ini: ['defaults.vault_identity_list'],
  },
  vault_password_file: {
    env: ['ANSIBLE_VAULT_PASSWORD_FILE'],
    ini: ['defaults.vault_password_file'],
  },
  ask_vault_pass: { env: ['ANSIBLE_ASK_VAULT_PASS'], ini: ['defaults.ask_vault_pass'] },
  transport: { env: ['ANSIBLE_TRANSPORT'], ini: ['defaults.transport'] },
  remote_user: { env: ['ANSIBLE_REMOTE_USER'], ini: ['defaults.remote_user'] },
  remote_port: { env: ['ANSIBLE_REMOTE_PORT'], ini: ['defaults.remote_port'] },
  private_key_file: { env: ['ANSIBLE_PRIVATE_KEY_FILE'], ini: ['defaults.private_key_file'] },
  connection_password_file: {
    env: ['ANSIBLE_CONNECTION_PASSWORD_FILE'],
    ini: ['defaults.connection_password_file'],
  },
  timeout: {
    env: ['ANSIBLE_TIMEOUT', 'ANSIBLE_SSH_TIMEOUT'],
    ini: ['defaults.timeout', 'ssh_connection.timeout'],
  },
  ssh_args: { env: ['ANSIBLE_SSH_ARGS'], ini: ['ssh_connection.ssh_args'] },
  ssh_common_args: { env: ['ANSIBLE_SSH_COMMON_ARGS'], ini: ['ssh_connection.ssh_common_args'] },
  ssh_extra_args: { env: ['ANSIBLE_SSH_EXTRA_ARGS'], ini: ['ssh_connection.ssh_extra_args'] },
  ssh_executable: { env: ['ANSIBLE_SSH_EXECUTABLE'], ini: ['ssh_connection.ssh_executable'] },
  retries: { env: ['ANSIBLE_SSH_RETRIES'], ini: ['connection.retries', 'ssh_connection.retries'] },
  host_key_checking: {
    env: ['ANSIBLE_HOST_KEY_CHECKING', 'ANSIBLE_SSH_HOST_KEY_CHECKING'],
    ini: ['defaults.host_key_checking', 'ssh_connection.host_key_checking'],
  },
  become_method: { env: ['ANSIBLE_BECOME_METHOD'], ini: ['privilege_escalation.become_method'] },
  become_user: {
    env: ['ANSIBLE_BECOME_USER', 'ANSIBLE_SUDO_USER'],
    ini: ['privilege_escalation.become_user', 'sudo_become_plugin.user'],
  },
  become_exe: {
    env: ['ANSIBLE_BECOME_EXE', 'ANSIBLE_SUDO_EXE'],
    ini: ['privilege_escalation.become_exe', 'sudo_become_plugin.executable'],
  },
  become_flags: {
    env: ['ANSIBLE_BECOME_FLAGS', 'ANSIBLE_SUDO_FLAGS'],
    ini: ['privilege_escalation.become_flags', 'sudo_become_plugin.flags'],
  },
  become_pass: {
    env: ['ANSIBLE_BECOME_PASS', 'ANSIBLE_SUDO_PASS'],
    ini: ['sudo_become_plugin.password'],
  },
  become_password_file: {
    env: ['ANSIBLE_BECOME_PASSWORD_FILE'],
    ini: ['defaults.become_password_file'],
  },
  become_ask_pass: {
    env: ['ANSIBLE_BECOME_ASK_PASS'],
    ini: ['privilege_escalation.become_ask_pass'],
  },
  hash_behaviour: { env: ['ANSIBLE_HASH_BEHAVIOUR'], ini: ['defaults.hash_behaviour'] },
  vars_plugins_enabled: {
    env: ['ANSIBLE_VARS_ENABLED'],
    ini: ['defaults.vars_plugins_enabled'],
  },
  precedence: { env: ['ANSIBLE_PRECEDENCE'], ini: ['defaults.precedence'] },
  enable_plugins: { env: ['ANSIBLE_INVENTORY_ENABLED'], ini: ['inventory.enable_plugins'] },
  force_valid_group_names: {
    env: ['ANSIBLE_TRANSFORM_INVALID_GROUP_CHARS'],
    ini: ['defaults.force_valid_group_names'],
  },
  ignore_extensions: {
    env: ['ANSIBLE_INVENTORY_IGNORE'],
    ini: ['defaults.inventory_ignore_extensions', 'inventory.ignore_extensions'],
  },
  yaml_valid_extensions: {
    env: ['ANSIBLE_YAML_FILENAME_EXT'],
    ini: ['defaults.yaml_valid_extensions'],
  },
} as const;

export type SettingName = keyof typeof SETTINGS;

/** One setting as it was written. */
export interface Setting {
  readonly value: string;
  /** `remote_user` in a file, or the environment variable's name. */
  readonly name: string;
  readonly at: Position;
}

interface ConfigFile {
  readonly path: string;
  readonly shown: string;
  readonly values: ReadonlyMap<string, IniValue>;
}

/** What ansible.cfg and ANSIBLE_* say, with the place of each. */
export class AnsibleSettings {
  readonly warnings: readonly string[];
  readonly #context: Pick<Context, 'cwd' | 'home' | 'env'>;
  readonly #file: ConfigFile | undefined;

  constructor(about: {
    context: Pick<Context, 'cwd' | 'home' | 'env'>;
    file: ConfigFile | undefined;
    warnings: readonly string[];
  }) {
    this.#context = about.context;
    this.#file = about.file;
    this.warnings = about.warnings;
  }

  /** The ansible.cfg that is read, as messages name it. */
  get file(): string | undefined {
    return this.#file?.shown;
  }

  get(name: SettingName): Setting | undefined {
    const { env, ini } = SETTINGS[name];
    const variable = env.findLast(key => this.#context.env[key] !== undefined);
    if (variable !== undefined) {
      const value = this.#context.env[variable] ?? '';
      return { value, name: variable, at: { file: variable, line: 0, column: 0 } };
    }
    const key = ini.findLast(entry => this.#file?.values.has(entry));
    const found = key === undefined ? undefined : this.#file?.values.get(key);
    if (key === undefined || found === undefined || this.#file === undefined) return undefined;
    const at = { file: this.#file.shown, line: found.line, column: 1 };
    return { value: unquote(found.value), name: key.slice(key.indexOf('.') + 1), at };
  }

  /** The items of a list; empty where it is not set. */
  list(name: SettingName): string[] {
    const value = this.get(name)?.value ?? '';
    return value.split(',').flatMap(item => unquote(item.trim()) || []);
  }

  /** As Ansible reads a truth value; undefined where it is not set. */
  flag(name: SettingName): boolean | undefined {
    const value = this.get(name)?.value.toLowerCase().trim();
    return value === undefined ? undefined : ['y', 'yes', 'on', '1', 'true', 't'].includes(value);
  }

  /** A path in ansible.cfg is relative to its directory, one in the environment to the working directory. */
  resolvePath({ at }: Setting, path: string): string {
    const { cwd, home, env } = this.#context;
    const whole = path
      .replaceAll('{{CWD}}', cwd)
      .replaceAll(/\$(?:(\w+)|\{(\w+)\})/g, (all, bare, braced) => env[bare ?? braced] ?? all);
    const from = at.line > 0 && this.#file !== undefined ? dirname(this.#file.path) : cwd;
    return resolve(from, expandHome(whole, home));
  }
}
