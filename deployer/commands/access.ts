import { resolve } from 'node:path';
import { distSource } from '../build/source/dist-source.ts';
import { homeSource } from '../build/source/home-source.ts';
import type { Context } from '../context.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import { cacheDirectory } from '../lib/xdg.ts';
import type { HostAccess } from '../run/ask-hosts.ts';
import type { ArtifactSource } from '../run/dependencies.ts';
import { faultRecorder } from '../run/record-fault.ts';
import { createTransport } from '../ssh/create-transport.ts';
import type { Transport } from '../ssh/transport.ts';
import { readSecret } from '../ui/read-secret.ts';
import type { View } from '../ui/view.ts';
import type { RemoteOptions } from './remote-options.ts';
import { type Server, serverOf } from './server.ts';

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

/** Where the files for servers come from: what "build --out DIR" made, or what is built now. */
export function openSource(
  context: Context,
  dist: string | undefined,
  progress: (text: string) => void,
): ArtifactSource {
  if (dist !== undefined) return distSource(resolve(context.cwd, dist));
  return homeSource({ cache: cacheDirectory(context), progress, signal: context.signal });
}
