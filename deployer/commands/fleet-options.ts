import { type Command, Option } from 'commander';

/** The options of every command that works on servers. */
export interface FleetOptions {
  readonly inventory: string;
  readonly vaultId?: string[];
  readonly vaultPasswordFile?: string[];
  readonly askVaultPass?: boolean;
}

/** Adds the options that name the inventory and the passwords of its vaulted values. */
export function addFleetOptions(command: Command): Command {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  return command
    .optionsGroup('Inventory and secrets:')
    .option('-i, --inventory <file>', 'an Ansible inventory in YAML', 'inventory.yaml')
    .addOption(
      new Option('--vault-id <id>', 'LABEL@FILE of a vault password, may be given again').argParser(
        collect,
      ),
    )
    .addOption(
      new Option(
        '--vault-password-file <file>',
        'a file with a vault password, or a program that prints it',
      ).argParser(collect),
    )
    .option('--ask-vault-pass', 'ask for the vault password');
}
