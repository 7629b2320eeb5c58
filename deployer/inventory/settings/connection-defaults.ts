import type { Context } from '../../context.ts';
import type { AnsibleSettings, Setting, SettingName } from '../config/settings.ts';
import type { Position } from '../problem.ts';
import { readPasswordFile } from '../vault/read-password.ts';
import { allConnectionVariables, connectionVariables } from './connection-variables.ts';

/** A value from ansible.cfg or ANSIBLE_*. */
interface ConnectionDefault {
  readonly value: string;
  /** `remote_user`, `ANSIBLE_REMOTE_USER`. */
  readonly name: string;
  readonly at: Position;
}

/** What Ansible's settings say of connections, by the first name of the variable that would win over it. */
export interface ConnectionDefaults {
  readonly values: ReadonlyMap<string, ConnectionDefault>;
  /** `become_ask_pass`: as the option --ask-become-pass. */
  readonly asksBecomePassword: boolean;
  /** What is not followed, and why. */
  readonly notes: readonly string[];
}

export async function connectionDefaults(
  settings: AnsibleSettings,
  context: Context,
): Promise<ConnectionDefaults> {
  const values = new Map<string, ConnectionDefault>();
  for (const { names, setting: name } of allConnectionVariables) {
    const setting = name === undefined ? undefined : settings.get(name);
    // Ansible, too, takes an empty one for one that is not set.
    if (name === undefined || setting === undefined || setting.value === '') continue;
    values.set(names[0], {
      ...setting,
      value: await settingValue(name, setting, settings, context),
    });
  }
  const file = settings.get('become_password_file');
  const [becomePassword] = connectionVariables.becomePassword.names;
  if (file?.value && !values.has(becomePassword)) {
    const value = await settingValue('become_password_file', file, settings, context);
    values.set(becomePassword, { ...file, value });
  }
  return {
    values,
    asksBecomePassword: settings.flag('become_ask_pass') ?? false,
    notes: hostKeyNote(settings),
  };
}

async function settingValue(
  name: SettingName,
  setting: Setting,
  settings: AnsibleSettings,
  context: Context,
): Promise<string> {
  if (name === 'private_key_file') return settings.resolvePath(setting, setting.value);
  if (name !== 'connection_password_file' && name !== 'become_password_file') return setting.value;
  const source = settings.resolvePath(setting, setting.value);
  const opens = name === 'become_password_file' ? 'sudo' : 'login';
  const from = { label: undefined, source, origin: setting.name, opens } as const;
  const password = await readPasswordFile(from, context);
  return password.toString();
}

/** Such a line stands in many an ansible.cfg because a tutorial had it. */
function hostKeyNote(settings: AnsibleSettings): string[] {
  const setting = settings.get('host_key_checking');
  if (setting === undefined || settings.flag('host_key_checking') !== false) return [];
  const { at, name } = setting;
  const place = at.line === 0 ? name : `${at.file}:${at.line}: ${name}`;
  return [
    `${place} = ${setting.value} is not followed: whatever answered in a server's place would get its secrets; for servers not yet in known_hosts, set ansible_ssh_common_args: -o StrictHostKeyChecking=accept-new`,
  ];
}
