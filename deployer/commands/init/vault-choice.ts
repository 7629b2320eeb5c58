import { randomBytes } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import type { AnsibleSettings } from '../../inventory/config/settings.ts';
import { expandHome } from '../../inventory/expand-home.ts';
import { encrypt } from '../../inventory/vault/encrypt.ts';
import { loadPasswords } from '../../inventory/vault/load-passwords.ts';
import { readPasswordFile } from '../../inventory/vault/read-password.ts';
import type { VaultPassword } from '../../inventory/vault/vault.ts';
import { quote } from '../../lib/quote.ts';
import { configDirectory } from '../../lib/xdg.ts';
import { askLine } from '../../ui/ask-line.ts';
import type { FleetOptions } from '../fleet-options.ts';
import type { NewFile } from './write-files.ts';

/** The password that the key is encrypted with, and how later commands find it. */
export interface VaultChoice {
  readonly password: VaultPassword;
  /** The file that holds it, as it is written in a configuration; undefined where Ansible's settings name one already. */
  readonly file: string | undefined;
  /** The file to write, where there is none yet. */
  readonly made: NewFile | undefined;
  /** The options that name it, for the next commands. */
  readonly options: string;
}

type VaultFlags = Pick<FleetOptions, 'vaultId' | 'vaultPasswordFile' | 'askVaultPass'>;

/**
 * What names a vault password already; undefined where nothing does. A file that an option names and that is not there
 * yet is to be made. Throws InventoryError when a source gives none.
 */
export async function vaultGiven(
  context: Context,
  flags: VaultFlags,
  settings: AnsibleSettings,
): Promise<VaultChoice | undefined> {
  const { vaultId, vaultPasswordFile, askVaultPass } = flags;
  const [file, ...more] = vaultPasswordFile ?? [];
  if (file !== undefined && more.length === 0 && vaultId === undefined) {
    return await vaultInFile(context, file);
  }
  const options = {
    context,
    vaultIds: vaultId,
    vaultPasswordFiles: vaultPasswordFile,
    askVaultPass,
  };
  const [password] = await loadPasswords(options, settings);
  if (password === undefined) return undefined;
  const words = [
    ...(vaultId ?? []).flatMap(id => ['--vault-id', id]),
    ...(vaultPasswordFile ?? []).flatMap(path => ['--vault-password-file', path]),
    ...(askVaultPass ? ['--ask-vault-pass'] : []),
  ];
  return { password, file: undefined, made: undefined, options: quote(words) };
}

/** Asks for the file; one that is not there is to be made. */
export async function askForVault(context: Context): Promise<VaultChoice> {
  const usual = underHome(join(configDirectory(context), 'vault-password'), context);
  context.stderr.write(
    'The key is encrypted with a password in a file, made if it is not there.\n',
  );
  const question = `Vault password file [${usual}]: `;
  const file = await askLine(context, question, line => line || usual);
  return await vaultInFile(context, file);
}

async function vaultInFile(context: Context, file: string): Promise<VaultChoice> {
  const path = resolve(context.cwd, expandHome(file, context.home));
  const shown = underHome(path, context);
  const word = /^~[\w@%+=:,./-]+$/.test(file) ? file : quote([file]);
  const about = { file: shown, options: `--vault-password-file ${word}` };
  if (await exists(path)) {
    const source = { label: undefined, source: path, origin: '--vault-password-file' };
    const password = { label: 'default', password: await readPasswordFile(source, context) };
    return { ...about, password, made: undefined };
  }
  const text = randomBytes(24).toString('base64url');
  return {
    ...about,
    password: { label: 'default', password: Buffer.from(text) },
    made: {
      path,
      shown: file,
      text: `${text}\n`,
      secret: true,
      about: 'a new vault password, keep a copy of it',
    },
  };
}

/** With `~` for the home directory, as Ansible reads it in a configuration, too. */
function underHome(path: string, { home }: Pick<Context, 'home'>): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

/** The lines of the key's envelope. */
export function closeKey(key: string, { password }: VaultChoice): string[] {
  return encrypt(key, password);
}
