import { quoteWord } from '../lib/quote.ts';

/** The options of a command that the next one needs as well to work on the same servers in the same way. */
export interface RepeatedOptions {
  readonly inventory?: readonly string[] | undefined;
  readonly extraVars?: readonly string[] | undefined;
  readonly playbookDir?: string | undefined;
  readonly vaultId?: readonly string[] | undefined;
  readonly vaultPasswordFile?: readonly string[] | undefined;
  readonly askVaultPass?: boolean | undefined;
  readonly transport?: string | undefined;
  readonly askBecomePass?: boolean | undefined;
}

/** As they stand behind the words of a command: ` -i hosts.yml -K`; empty without any. */
export function repeatedOptions(given: RepeatedOptions): string {
  const { playbookDir, transport } = given;
  const each = (option: string, values: readonly string[] = []): string[] =>
    values.flatMap(value => [option, value]);
  const words = [
    ...each('-i', given.inventory),
    ...each('-e', given.extraVars?.map(withoutSecret)),
    ...each('--playbook-dir', playbookDir === undefined ? [] : [playbookDir]),
    ...each('--vault-id', given.vaultId),
    ...each('--vault-password-file', given.vaultPasswordFile),
    ...(given.askVaultPass ? ['--ask-vault-pass'] : []),
    // The other one is meant without an option.
    ...(transport === 'openssh' ? ['--transport', transport] : []),
    ...(given.askBecomePass ? ['-K'] : []),
  ];
  return words.map(word => ` ${quoteWord(word)}`).join('');
}

/** What is repeated may go into a log. */
function withoutSecret(vars: string): string {
  return !vars.startsWith('@') && /key|token|pass|secret/i.test(vars) ? '…' : vars;
}
