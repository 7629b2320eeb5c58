import { type Command, Option } from 'commander';
import { positiveInteger } from './option-values.ts';

/** How a command connects to servers. */
export interface RemoteOptions {
  readonly forks: number;
  readonly transport: 'node-ssh' | 'openssh';
  readonly askBecomePass?: boolean;
}

/** Adds the options about connections. */
export function addRemoteOptions(command: Command): Command {
  return command
    .optionsGroup('Connections:')
    .option('--forks <n>', 'servers at a time', positiveInteger, 16)
    .addOption(
      new Option(
        '--transport <way>',
        'node-ssh, or openssh for what it does not support (FIDO keys, certificates)',
      )
        .choices(['node-ssh', 'openssh'])
        .default('node-ssh'),
    )
    .option(
      '-K, --ask-become-pass',
      'ask for the sudo password of servers to which the inventory gives none',
    );
}
