import type { Context } from '../../context.ts';
import { readSecret } from '../../ui/read-secret.ts';
import { inventoryError } from '../problem.ts';
import { readAnsibleConfig } from './ansible-config.ts';
import { type PasswordSource, readPasswordFile } from './read-password.ts';
import type { VaultPassword } from './vault.ts';

/** Where vault passwords come from, as the command line gives them; the environment and ansible.cfg come after. */
export interface VaultOptions {
  readonly context: Context;
  /** `LABEL@SOURCE` or `SOURCE`, SOURCE being a file, a program or `prompt`. */
  readonly vaultIds?: readonly string[] | undefined;
  readonly vaultPasswordFiles?: readonly string[] | undefined;
  readonly askVaultPass?: boolean | undefined;
}

/** Every vault password there is, in Ansible's order. Throws InventoryError when a source gives none. */
export async function loadPasswords(options: VaultOptions): Promise<VaultPassword[]> {
  const { context } = options;
  const passwords: VaultPassword[] = [];
  for (const source of await passwordSources(options)) {
    const password =
      source.source === 'prompt' || source.source === 'prompt_ask_vault_pass'
        ? await ask(source, context)
        : await readPasswordFile(source, context);
    passwords.push({ label: source.label ?? 'default', password });
  }
  return passwords;
}

/** Configured identities first, then `--vault-id`, `--vault-password-file`, the configured file, a question. */
async function passwordSources(options: VaultOptions): Promise<PasswordSource[]> {
  const { env } = options.context;
  const config = await readAnsibleConfig(options.context);
  const identities = env['ANSIBLE_VAULT_IDENTITY_LIST'];
  const listed = (identities ?? config?.identityList ?? '').split(',');
  const file = env['ANSIBLE_VAULT_PASSWORD_FILE'];
  const from = (origin: string) => (id: string) => split(id, origin);
  const configured = config?.shown ?? '';
  return [
    ...listed
      .map(id => id.trim())
      .filter(id => id !== '')
      .map(from(identities === undefined ? configured : 'ANSIBLE_VAULT_IDENTITY_LIST')),
    ...(options.vaultIds ?? []).map(from('--vault-id')),
    ...(options.vaultPasswordFiles ?? []).map(from('--vault-password-file')),
    ...(file ? [{ label: undefined, source: file, origin: 'ANSIBLE_VAULT_PASSWORD_FILE' }] : []),
    ...(!file && config?.passwordFile
      ? [{ label: undefined, source: config.passwordFile, origin: configured }]
      : []),
    ...(options.askVaultPass
      ? [{ label: undefined, source: 'prompt', origin: '--ask-vault-pass' }]
      : []),
  ];
}

function split(id: string, origin: string): PasswordSource {
  const at = id.indexOf('@');
  if (at < 0) return { label: undefined, source: id, origin };
  return { label: id.slice(0, at) || undefined, source: id.slice(at + 1), origin };
}

async function ask({ label, origin }: PasswordSource, context: Context): Promise<Buffer> {
  const { stdin, stderr, signal } = context;
  if (!stdin.isTTY) {
    throw inventoryError(
      undefined,
      `Expected a terminal to ask for the vault password on (${origin}): give --vault-password-file FILE instead`,
    );
  }
  const id = label === undefined ? '' : ` (${label})`;
  const typed = (await readSecret(`Vault password${id}: `, stdin, stderr, signal)).trim();
  if (typed === '') throw inventoryError(undefined, 'Expected a vault password, found nothing');
  return Buffer.from(typed);
}
