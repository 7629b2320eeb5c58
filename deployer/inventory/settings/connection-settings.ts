import { resolve } from 'node:path';
import { expandHome } from '../expand-home.ts';
import { secretOf } from '../secret.ts';
import { describeValue, type Value } from '../value.ts';
import {
  toBoolean,
  toInteger,
  toPassword,
  toSecretText,
  toText,
  toTextOrNumber,
} from './coerce.ts';
import type { ConnectionDefaults } from './connection-defaults.ts';
import { connectionVariables as variables } from './connection-variables.ts';
import type { ConnectionSettings, HubAccess } from './host-settings.ts';
import { shellWords } from './shell-words.ts';
import type { VariableReader } from './variable-reader.ts';

/** Where a relative path and `~` lead to. */
export interface PathContext {
  readonly cwd: string;
  readonly home: string;
}

/** How to reach a host, from Ansible's connection variables and, where the inventory says nothing, its settings. */
export function readConnectionSettings(
  reader: VariableReader,
  defaults: Pick<ConnectionDefaults, 'asksBecomePassword'>,
  places: PathContext,
): ConnectionSettings {
  refuseUnsupported(reader);
  return {
    type: reader.readConnection(variables.type, toConnection) ?? 'ssh',
    host: reader.readConnection(variables.host, toWord),
    port: reader.readConnection(variables.port, toPort),
    user: reader.readConnection(variables.user, toWord),
    password: secretOf(reader.readConnection(variables.password, toPassword)),
    privateKeyFile: reader.readConnection(variables.privateKeyFile, value => toPath(value, places)),
    ...readSshArgs(reader),
    connectTimeoutMs: (reader.readConnection(variables.timeout, toPositive) ?? 10) * 1000,
    connectRetries: reader.readConnection(variables.retries, toRetries) ?? 0,
    become: { ...readBecome(reader), asks: defaults.asksBecomePassword },
  };
}

/** What Ansible would follow, and what would be ignored here without a word. */
function refuseUnsupported(reader: VariableReader): void {
  reader.readConnection(variables.executable, only(['ssh', '/usr/bin/ssh', '/bin/ssh']));
  for (const [variable, instead] of [
    [variables.privateKey, 'put the key in a file and name it in ansible_ssh_private_key_file'],
    [variables.passphrase, 'add the key to ssh-agent'],
    [variables.pkcs11, 'set PKCS11Provider in ~/.ssh/config, and use --transport openssh'],
  ] as const) {
    reader.readConnection(variable, value => {
      if (value === '') return;
      throw new RangeError(`Not supported: ${instead}`);
    });
  }
}

/** `homelab_deploy_hub_*`. */
export function readHubAccess(reader: VariableReader, places: PathContext): HubAccess {
  return {
    apiKey: secretOf(reader.read('homelab_deploy_hub_api_key', toSecretText)),
    caFile: reader.read('homelab_deploy_hub_ca_file', value => toPath(value, places)),
  };
}

function readBecome(reader: VariableReader): Omit<ConnectionSettings['become'], 'asks'> {
  reader.readConnection(variables.becomeMethod, only(['sudo', 'ansible.builtin.sudo']));
  reader.readConnection(variables.becomeUser, only(['root']));
  reader.readConnection(variables.becomeFlags, value => {
    // What the deployer gives sudo anyway; another flag would be ignored without a word.
    for (const word of shellWords(toText(value))) only(['-H', '-S', '-n'])(word);
  });
  return {
    user: 'root',
    exe: reader.readConnection(variables.becomeExe, toWord),
    password: secretOf(reader.readConnection(variables.becomePassword, toPassword)),
  };
}

/** Arguments for ssh in the order in which Ansible gives them. */
function readSshArgs(
  reader: VariableReader,
): Pick<ConnectionSettings, 'sshArgsBefore' | 'sshArgs'> {
  const words = (variable: { readonly names: readonly [string] }): string[] =>
    reader.readConnection(variable, value => shellWords(toText(value))) ?? [];
  const checksHostKeys = reader.readConnection(variables.hostKeyChecking, toBoolean);
  return {
    sshArgsBefore: words(variables.args),
    sshArgs: [
      ...(checksHostKeys === false ? ['-o', 'StrictHostKeyChecking=no'] : []),
      ...words(variables.commonArgs),
      ...words(variables.extraArgs),
    ],
  };
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
      `Expected ${either(words)}, found ${describeValue(value)}, which is not supported`,
    );
  };
}

/** `ssh, smart or local`; the long names of Ansible's own plugins say no more. */
function either(words: readonly string[]): string {
  const short = words.filter(word => !word.startsWith('ansible.builtin.'));
  const last = short.at(-1) ?? '';
  return short.length < 2 ? last : `${short.slice(0, -1).join(', ')} or ${last}`;
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

function toRetries(value: Value): number {
  return within(value, 0, 100);
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
  const path = expandHome(text, home);
  if (path.startsWith('~'))
    throw new RangeError(
      'Expected a path such as ~/.ssh/id_ed25519, found the home of another user',
    );
  return resolve(cwd, path);
}
