import { type Command, Option } from 'commander';
import type { Context } from '../context.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import type { HostAccess } from '../run/ask-hosts.ts';
import { faultRecorder } from '../run/record-fault.ts';
import { createTransport } from '../ssh/create-transport.ts';
import type { Transport } from '../ssh/transport.ts';
import { readSecret } from '../ui/read-secret.ts';
import type { View } from '../ui/view.ts';
import { positiveInteger } from './option-values.ts';
import { type Server, serverOf } from './server.ts';

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
    .option('--forks <n>', 'servers at a time', positiveInteger, 10)
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

/** How a command works on servers; where it has to ask for a secret, `view` gives the screen for it. */
export function openAccess(context: Context, options: RemoteOptions, view?: View): HostAccess {
  return {
    transport: openTransport(context, options, view),
    forks: options.forks,
    signal: context.signal,
    recordFault: faultRecorder(context),
  };
}

function openTransport(context: Context, { transport }: RemoteOptions, view?: View): Transport {
  const { stdin, stderr, signal } = context;
  if (view === undefined || !stdin.isTTY || !stderr.isTTY) {
    return createTransport(context, { kind: transport });
  }
  const ask = (question: string): Promise<string> =>
    view.hold(() => readSecret(question, stdin, stderr, signal));
  return createTransport(context, { kind: transport, ask });
}

/** The servers of a command, with the sudo password asked for once where that is wanted. */
export async function serversOf(
  context: Context,
  fleet: readonly HostSettings[],
  { askBecomePass }: RemoteOptions,
): Promise<Server[]> {
  const lacks = ({ connection: { become } }: HostSettings): boolean =>
    become.asks && become.password === undefined;
  const typed = askBecomePass || fleet.some(lacks) ? await askSudoPassword(context) : undefined;
  return fleet.map(settings => serverOf(settings, typed));
}

async function askSudoPassword(context: Context): Promise<string> {
  const { stdin, stderr, signal } = context;
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new UserError(
      'Expected a terminal to ask for the sudo password on, found none: run this on one, or set ansible_become_password, vaulted',
    );
  }
  return readSecret('Sudo password: ', stdin, stderr, signal);
}
