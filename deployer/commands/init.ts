import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { helpNotes } from '../ui/help-notes.ts';
import type { InitFlags } from './init/init-flags.ts';
import { addRemoteOptions } from './remote-options.ts';

/** `homelab-deploy init`: a first inventory, or what an existing one lacks. */
export function addInit(program: Command, context: Context): void {
  const collect = (value: string, before: string[] = []): string[] => [...before, value];
  const many = (flags: string, about: string) => new Option(flags, about).argParser(collect);
  const command = program
    .command('init')
    .summary('write an inventory, or what an existing one lacks')
    .description(
      'Ask for hub, key and servers, check each, and write an inventory with the key encrypted. For an existing inventory, write the variables that it lacks into its group_vars. Nothing that is there is overwritten. Each question has an option.',
    )
    .optionsGroup('The inventory:')
    .addOption(
      many(
        '-i, --inventory <file>',
        'the file to write (default: inventory.yaml), or an existing inventory',
      ),
    )
    .addOption(
      many(
        '--host <host>',
        'NAME, NAME=ADDRESS or nas-[1:3], or "all" that are known; again for more',
      ),
    )
    .option('--user <name>', 'who logs in on the servers (default: as ssh does)')
    .addOption(
      many(
        '--group <group>',
        'GROUP=HOST,HOST, again for more (default: by the names, "-" for none); of an existing inventory, the group whose hosts are to be watched (default: all)',
      ),
    )
    .optionsGroup('The hub:')
    .option('--hub <url>', "the hub's address")
    .option('--hub-ca-file <file>', "the hub's private authority, as PEM")
    .option('--api-key-file <file>', 'a file with its API key, "-" for standard input')
    .option('--no-api-key', 'without its key for now')
    .option('--tokens', 'keep the key on this machine, and give each server a token with "enroll"')
    .optionsGroup('The vault password that encrypts the key:')
    .addOption(
      many('--vault-password-file <file>', 'the file that holds it, made if it is not there'),
    )
    .addOption(many('--vault-id <id>', 'LABEL@FILE'))
    .option('--ask-vault-pass', 'ask for it')
    .optionsGroup('What to check:')
    .option('--accept-host-keys', 'record host keys that are not known without asking')
    .option('--offline', 'ask neither the hub nor the servers');
  addRemoteOptions(command)
    .addHelpText('after', helpNotes(HELP))
    .action(async (flags: InitFlags) =>
      (await import('./actions/init.ts')).runInit(context, flags),
    );
}

const HELP = `
Examples:
  $ homelab-deploy init
  $ homelab-deploy init -i hosts.yml --group servers
  $ homelab-deploy init --hub http://hub.home.lan:8080 --api-key-file key \\
      --host nas-1 --host pi-1=192.168.1.20 \\
      --vault-password-file ~/.config/homelab-deploy/vault-password
`;
