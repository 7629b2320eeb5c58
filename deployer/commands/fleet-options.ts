import { type Command, Option } from 'commander';

/** The options of every command that works on servers. */
export interface FleetOptions {
  readonly inventory?: string[];
  readonly extraVars?: string[];
  readonly playbookDir?: string;
  readonly listHosts?: boolean;
  readonly vaultId?: string[];
  readonly vaultPasswordFile?: string[];
  readonly askVaultPass?: boolean;
}

/** Adds the options that name the inventory and the passwords of its vaulted values. */
export function addFleetOptions(command: Command): Command {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  return command
    .optionsGroup('Inventory and secrets:')
    .addOption(
      new Option(
        '-i, --inventory <source>',
        "an Ansible inventory, may be given again (default: Ansible's own settings, else inventory.yaml and the like in this directory, else ~/.config/homelab-deploy/inventory.yaml)",
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '-e, --extra-vars <vars>',
        'variables that win over all others: key=value, @FILE or {key: value}',
      ).argParser(collect),
    )
    .option(
      '--playbook-dir <dir>',
      "where group_vars/ and host_vars/ count, too (default: Ansible's setting, else this directory)",
    )
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
    .option('--ask-vault-pass', 'ask for the vault password')
    .option('--list-hosts', 'print the names of the servers that are meant, and do nothing else');
}

/** Adds the choice of servers for a command that means none by default. */
export function addHostSelection(command: Command): Command {
  return command
    .argument('[host...]', 'hosts, groups or patterns of the inventory')
    .optionsGroup('Which servers:')
    .option('--all', 'every server of the inventory');
}

/** Adds `--json`. */
export function addJsonOption(command: Command): Command {
  return command.optionsGroup('Output:').option('--json', 'one JSON document on standard output');
}
