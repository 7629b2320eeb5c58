import { isAbsolute, join, resolve } from 'node:path';
import { secretOf } from '../secret.ts';
import { describeValue, type Value } from '../value.ts';
import { toBoolean, toInteger, toText, toTextOrNumber } from './coerce.ts';
import type { ConnectionSettings, HubAccess } from './host-settings.ts';
import { shellWords } from './shell-words.ts';
import type { VariableReader } from './variable-reader.ts';

/** Where a relative path and `~` lead to. */
export interface PathContext {
  readonly cwd: string;
  readonly home: string;
}

/** Ansible's connection variables, each with its aliases in Ansible's order: the last that is set wins. */
export function readConnectionSettings(
  reader: VariableReader,
  places: PathContext,
): ConnectionSettings {
  const password = reader.readAlias(
    ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
    toTextOrNumber,
  );
  return {
    type: reader.read('ansible_connection', toConnection) ?? 'ssh',
    host: reader.readAlias(['ansible_host', 'ansible_ssh_host'], toWord),
    port: reader.readAlias(['ansible_port', 'ansible_ssh_port'], toPort),
    user: reader.readAlias(['ansible_user', 'ansible_ssh_user'], toWord),
    password: secretOf(password),
    privateKeyFile: reader.readAlias(
      ['ansible_private_key_file', 'ansible_ssh_private_key_file'],
      value => toPath(value, places),
    ),
    sshArgs: readSshArgs(reader),
    connectTimeoutMs: (reader.read('ansible_ssh_timeout', toPositive) ?? 10) * 1000,
    become: readBecome(reader),
  };
}

/** `homelab_deploy_hub_*`. */
export function readHubAccess(reader: VariableReader, places: PathContext): HubAccess {
  return {
    apiKey: secretOf(reader.read('homelab_deploy_hub_api_key', toText)),
    caFile: reader.read('homelab_deploy_hub_ca_file', value => toPath(value, places)),
  };
}

function readBecome(reader: VariableReader): ConnectionSettings['become'] {
  reader.read('ansible_become_method', only(['sudo', 'ansible.builtin.sudo']));
  reader.readAlias(['ansible_become_user', 'ansible_sudo_user'], only(['root']));
  reader.readAlias(['ansible_become_flags', 'ansible_sudo_flags'], value => {
    // What the deployer gives sudo anyway; another flag would be ignored without a word.
    for (const word of shellWords(toText(value))) only(['-H', '-S', '-n'])(word);
  });
  const password = reader.readAlias(
    ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
    toTextOrNumber,
  );
  return {
    user: 'root',
    exe: reader.readAlias(['ansible_become_exe', 'ansible_sudo_exe'], toWord),
    password: secretOf(password),
  };
}

/** Arguments for ssh in the order in which Ansible gives them. */
function readSshArgs(reader: VariableReader): string[] {
  const words = (name: string): string[] =>
    reader.read(name, value => shellWords(toText(value))) ?? [];
  const checksHostKeys = reader.readAlias(
    ['ansible_host_key_checking', 'ansible_ssh_host_key_checking'],
    toBoolean,
  );
  return [
    ...words('ansible_ssh_args'),
    ...(checksHostKeys === false ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ...words('ansible_ssh_common_args'),
    ...words('ansible_ssh_extra_args'),
  ];
}

function toConnection(value: Value): 'ssh' | 'local' {
  const name = only(['ssh', 'smart', 'local', 'ansible.builtin.ssh', 'ansible.builtin.local'])(
    value,
  );
  return name.endsWith('local') ? 'local' : 'ssh';
}

/** Throws a RangeError that lists what is supported. */
function only(words: readonly string[]): (value: Value) => string {
  return value => {
    const text = toText(value);
    if (words.includes(text)) return text;
    throw new RangeError(
      `Expected ${words.join(' or ')}, found ${describeValue(value)}, which is not supported`,
    );
  };
}

/** A host, a user or a program: never an option of ssh, never two words. */
function toWord(value: Value): string {
  const text = toTextOrNumber(value);
  if (/^[^-\s\p{Cc}][^\s\p{Cc}]*$/u.test(text)) return text;
  throw new RangeError(
    `Expected one word that does not start with a hyphen, found ${describeValue(value)}`,
  );
}

function toPort(value: Value): number {
  return within(value, 1, 65_535);
}

function toPositive(value: Value): number {
  return within(value, 1, 3600);
}

function within(value: Value, least: number, most: number): number {
  const number = toInteger(value);
  if (number >= least && number <= most) return number;
  throw new RangeError(`Expected a number from ${least} to ${most}, found ${number}`);
}

/** Ansible expands `~`; a relative path is relative to the working directory. */
function toPath(value: Value, { cwd, home }: PathContext): string {
  const text = toText(value);
  if (text === '') throw new RangeError('Expected the path of a file, found an empty text');
  if (text === '~' || text.startsWith('~/')) return join(home, text.slice(1));
  if (text.startsWith('~'))
    throw new RangeError(
      'Expected a path such as ~/.ssh/id_ed25519, found the home of another user',
    );
  return isAbsolute(text) ? text : resolve(cwd, text);
}
