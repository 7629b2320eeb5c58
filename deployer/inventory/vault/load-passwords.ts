import type { Context } from '../../context.ts';
import { readSecret } from '../../ui/read-secret.ts';
import type { AnsibleSettings, Setting } from '../config/settings.ts';
import { inventoryError } from '../problem.ts';
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
export async function loadPasswords(
  options: VaultOptions,
  settings: AnsibleSettings,
): Promise<VaultPassword[]> {
  const { context } = options;
  const passwords: VaultPassword[] = [];
  for (const source of passwordSources(options, settings)) {
    const password = isPrompt(source.source)
      ? await ask(source, context)
      : await readPasswordFile(source, context);
    passwords.push({ label: source.label ?? 'default', password });
  }
  return passwords;
}

/** Whether the command line or the configuration wants a person to be asked. */
export function asksForPassword(options: VaultOptions, settings: AnsibleSettings): boolean {
  return passwordSources(options, settings).some(({ source }) => isPrompt(source));
}

function isPrompt(source: string): boolean {
  return source === 'prompt' || source === 'prompt_ask_vault_pass';
}

/** Configured identities first, then `--vault-id`, `--vault-password-file`, the configured file, a question. */
function passwordSources(options: VaultOptions, settings: AnsibleSettings): PasswordSource[] {
  const from = (origin: string) => (id: string) => split(id, origin);
  const identities = settings.get('vault_identity_list');
  const file = settings.get('vault_password_file');
  const configured = (setting: Setting): PasswordSource => ({
    label: undefined,
    source:
      isPrompt(setting.value) || setting.at.line === 0
        ? setting.value
        : settings.resolvePath(setting, setting.value),
    origin: setting.at.file,
  });
  return [
    ...settings.list('vault_identity_list').map(from(identities?.at.file ?? '')),
    ...(options.vaultIds ?? []).map(from('--vault-id')),
    ...(options.vaultPasswordFiles ?? []).map(from('--vault-password-file')),
    ...(file?.value ? [configured(file)] : []),
    ...(options.askVaultPass || settings.flag('ask_vault_pass')
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
