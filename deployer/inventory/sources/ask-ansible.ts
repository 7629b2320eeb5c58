import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Context } from '../../context.ts';
import { quote } from '../../lib/quote.ts';
import { closeWhenKilled } from '../../lib/when-killed.ts';
import { inventoryError } from '../problem.ts';
import type { VaultOptions } from '../vault/load-passwords.ts';
import type { VaultPassword } from '../vault/vault.ts';
import type { Source } from './find-sources.ts';

/** Why Ansible is asked: a source such as `hosts (Ansible's INI format)`, or a setting that it alone follows. */
export type Why = { readonly source: string } | { readonly setting: string };

interface Question {
  readonly sources: readonly Source[];
  readonly why: Why;
  readonly playbookDir: string;
  readonly options: VaultOptions;
  /** What a person typed, so that Ansible does not ask again; undefined if nobody was asked. */
  readonly typed: readonly VaultPassword[] | undefined;
}

interface Answer {
  /** What `ansible-inventory --list` printed. */
  readonly json: string;
  /** `2.19`. */
  readonly version: string;
  readonly warnings: readonly string[];
}

/** Asks Ansible itself for an inventory. Throws InventoryError if it is not installed or cannot read it. */
export async function askAnsible(question: Question): Promise<Answer> {
  const { context } = question.options;
  await using passwords = await PasswordFiles.create(question.typed ?? []);
  const [list, version] = await Promise.all([
    run(context, [...argumentsOf(question, passwords), '--list']),
    run(context, ['--version']),
  ]);
  if (list.isCanceled) context.signal.throwIfAborted();
  if (list.code === 'ENOENT') throw notInstalled(question);
  if (list.failed) {
    const said = plainLines(list.stderr).slice(-8).join(' ') || list.shortMessage;
    const what = 'source' in question.why ? question.why.source : 'the inventory';
    const next = /No inventory was parsed/.test(list.stderr)
      ? ': put a file that names hosts there, or let "homelab-deploy init" write one'
      : '';
    throw inventoryError(undefined, `ansible-inventory cannot read ${what}: ${said}${next}`);
  }
  return {
    json: list.stdout,
    version: /\[core (\d+\.\d+)/.exec(version.stdout)?.[1] ?? 'of an unknown version',
    warnings: warningsIn(list.stderr),
  };
}

function argumentsOf({ sources, playbookDir, options, typed }: Question, files: PasswordFiles) {
  const given =
    typed === undefined
      ? [
          ...(options.vaultIds ?? []).flatMap(id => ['--vault-id', id]),
          ...(options.vaultPasswordFiles ?? []).flatMap(file => ['--vault-password-file', file]),
        ]
      : files.ids.flatMap(id => ['--vault-id', id]);
  return [...sources.flatMap(({ path }) => ['-i', path]), '--playbook-dir', playbookDir, ...given];
}

function run({ cwd, env, signal }: Context, args: readonly string[]) {
  const child = execa('ansible-inventory', args, {
    cwd,
    env: {
      ...env,
      // What a person set for their own eyes would stand in the answer, or hide its warnings.
      ANSIBLE_NOCOLOR: 'True',
      ANSIBLE_FORCE_COLOR: 'False',
      ANSIBLE_VERBOSITY: '0',
      ANSIBLE_DEBUG: 'False',
      ANSIBLE_INVENTORY_EXPORT: 'False',
      // Not one host at all is an error, not an empty answer.
      ANSIBLE_INVENTORY_UNPARSED_FAILED: 'True',
      ANSIBLE_ASK_VAULT_PASS: 'False',
      ANSIBLE_DEPRECATION_WARNINGS: 'False',
    },
    extendEnv: false,
    // A password program or a plugin may ask on the terminal.
    stdin: 'inherit',
    reject: false,
    cancelSignal: signal,
  });
  return closeWhenKilled(child);
}

function notInstalled({ why, sources }: Question) {
  const install = 'install Ansible here ("apt install ansible-core")';
  if ('setting' in why) {
    return inventoryError(
      undefined,
      `Expected ansible-inventory, which alone follows ${why.setting}, found none on the path: ${install}, or remove that setting`,
    );
  }
  // Beside the old one, where its group_vars/ and host_vars/ count.
  const [{ shown = '', type = 'list' } = {}, ...more] = sources;
  const directory = type === 'directory' ? shown : dirname(shown);
  const output = join(type === 'list' || more.length > 0 ? '' : directory, 'inventory.yaml');
  const from = sources.flatMap(({ path, shown, type }) => ['-i', type === 'list' ? path : shown]);
  const command = `ANSIBLE_VARS_ENABLED= ${quote(['ansible-inventory', ...from, '--list', '--yaml', '--export', '--output', output])}`;
  return inventoryError(
    undefined,
    `Expected YAML, or ansible-inventory on the path, found ${why.source} and no such program: ${install}, or run this where Ansible is: ${command} (what is in the clear in the inventory stays so)`,
  );
}

/** `[WARNING]: …`, which Ansible breaks into lines of the terminal's width. */
function warningsIn(stderr: string): string[] {
  const warnings: string[] = [];
  let open = false;
  for (const line of plainLines(stderr)) {
    const start = /^\[WARNING\]:\s*(.*)$/.exec(line)?.[1];
    if (start !== undefined) warnings.push(start);
    else if (open && !line.startsWith('[')) warnings.push(`${warnings.pop() ?? ''} ${line.trim()}`);
    open = start !== undefined || (open && !line.startsWith('['));
  }
  return warnings.map(warning => `ansible-inventory: ${warning}`);
}

/** Lines that hold something, without control characters: an error may quote a file. */
function plainLines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.replaceAll(/\p{Cc}/gu, ' ').trimEnd())
    .filter(line => line !== '');
}

/** Typed vault passwords as files that only this user can read, for as long as Ansible needs them. */
class PasswordFiles implements AsyncDisposable {
  readonly ids: readonly string[];
  readonly #directory: string | undefined;

  constructor(ids: readonly string[], directory: string | undefined) {
    this.ids = ids;
    this.#directory = directory;
  }

  static async create(passwords: readonly VaultPassword[]): Promise<PasswordFiles> {
    if (passwords.length === 0) return new PasswordFiles([], undefined);
    const directory = await mkdtemp(join(tmpdir(), 'homelab-deploy-'));
    const ids: string[] = [];
    for (const [index, { label, password }] of passwords.entries()) {
      const file = join(directory, String(index));
      await writeFile(file, password, { mode: 0o600 });
      ids.push(`${label}@${file}`);
    }
    return new PasswordFiles(ids, directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true });
  }
}
