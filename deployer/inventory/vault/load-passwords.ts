import type { Context } from '../../context.ts';
import type { VaultPassword } from './vault.ts';

/** Where vault passwords come from, as the command line gives them; the environment and ansible.cfg come after. */
export interface VaultOptions {
  readonly context: Context;
  /** `LABEL@SOURCE` or `SOURCE`, SOURCE being a file, a program or `prompt`. */
  readonly vaultIds?: readonly string[] | undefined;
  readonly vaultPasswordFiles?: readonly string[] | undefined;
  readonly askVaultPass?: boolean | undefined;
}

export async function loadPasswords(_options: VaultOptions): Promise<VaultPassword[]> {
  return [];
}
