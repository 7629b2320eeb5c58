import type { SettingName } from '../config/settings.ts';

interface ConnectionVariable {
  /** Its aliases in Ansible's order: the last that is set wins. */
  readonly names: readonly [string, ...string[]];
  /** What ansible.cfg and ANSIBLE_* say where the inventory says nothing. */
  readonly setting?: SettingName;
}

/** Ansible's variables about how to reach a host and become root there. */
export const connectionVariables = {
  type: { names: ['ansible_connection'], setting: 'transport' },
  host: { names: ['ansible_host', 'ansible_ssh_host'] },
  port: { names: ['ansible_port', 'ansible_ssh_port'], setting: 'remote_port' },
  user: { names: ['ansible_user', 'ansible_ssh_user'], setting: 'remote_user' },
  password: {
    names: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
    setting: 'connection_password_file',
  },
  privateKeyFile: {
    names: ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
    setting: 'private_key_file',
  },
  privateKey: { names: ['ansible_private_key', 'ansible_ssh_private_key'] },
  passphrase: {
    names: ['ansible_private_key_passphrase', 'ansible_ssh_private_key_passphrase'],
  },
  pkcs11: { names: ['ansible_ssh_pkcs11_provider'] },
  args: { names: ['ansible_ssh_args'], setting: 'ssh_args' },
  commonArgs: { names: ['ansible_ssh_common_args'], setting: 'ssh_common_args' },
  extraArgs: { names: ['ansible_ssh_extra_args'], setting: 'ssh_extra_args' },
  executable: { names: ['ansible_ssh_executable'], setting: 'ssh_executable' },
  retries: { names: ['ansible_ssh_retries'], setting: 'retries' },
  timeout: { names: ['ansible_ssh_timeout'], setting: 'timeout' },
  hostKeyChecking: { names: ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'] },
  becomeMethod: { names: ['ansible_become_method'], setting: 'become_method' },
  becomeUser: { names: ['ansible_become_user', 'ansible_sudo_user'], setting: 'become_user' },
  becomeFlags: { names: ['ansible_become_flags', 'ansible_sudo_flags'], setting: 'become_flags' },
  becomeExe: { names: ['ansible_become_exe', 'ansible_sudo_exe'], setting: 'become_exe' },
  becomePassword: {
    names: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
    setting: 'become_pass',
  },
} as const satisfies Readonly<Record<string, ConnectionVariable>>;

/** The same as a list, with optional members. */
export const allConnectionVariables: readonly ConnectionVariable[] =
  Object.values(connectionVariables);
