import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { sendTransfer } from '../apply/send-transfer.ts';
import { installerTransfer } from '../apply/transfer.ts';
import { homeSource } from '../build/source/home-source.ts';
import type { Context } from '../context.ts';
import { cacheDirectory } from '../lib/xdg.ts';
import { onHosts } from '../run/on-hosts.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { requireTerminal } from '../ui/confirm.ts';
import { confirmPlan } from './confirm-plan.ts';
import {
  addFleetOptions,
  addHostSelection,
  addJsonOption,
  type FleetOptions,
} from './fleet-options.ts';
import { confirmDeletion, deleteOnHub, staysOnHub } from './leave-hub.ts';
import { loadFleet } from './load-fleet.ts';
import { operator } from './operator.ts';
import { addRemoteOptions, type RemoteOptions, serversOf } from './remote-options.ts';
import { reportResults } from './show-results.ts';

interface UninstallFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly purge?: boolean;
  readonly fromHub?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy uninstall`: remove the agent from servers. */
export function addUninstall(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('uninstall')
      .summary('remove the agent from servers')
      .description(
        'Stop the agent and remove its releases, runtime and unit. Configuration, state and user stay, unless --purge.',
      ),
  )
    .optionsGroup('What to do:')
    .option('--purge', 'also remove configuration, state and user')
    .option('--from-hub', 'also delete the server on the hub, with its history')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: UninstallFlags) => runUninstall(context, hosts, flags));
}

async function runUninstall(
  context: Context,
  patterns: string[],
  flags: UninstallFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, flags);
  const what = flags.purge ? 'agent, configuration, state and user' : 'agent';
  const question = (hosts: readonly string[]): string =>
    `Remove the ${what} from ${hosts.join(', ')}?`;
  const fromHub = flags.fromHub === true && flags.check !== true;
  if (fromHub && !(await confirmDeletion(context, fleet))) {
    context.stderr.write('Not confirmed, nothing was touched\n');
    context.exitCode = 130;
    return;
  }
  const servers = await serversOf(context, fleet, flags);
  if (!flags.check && !flags.yes) requireTerminal(context, question(fleet.map(({ name }) => name)));
  const { signal } = context;
  const progress = (text: string): void => void context.stderr.write(`${text}\n`);
  const { artifact } = await homeSource({
    cache: cacheDirectory(context),
    progress,
    signal,
  }).build();
  const args = ['--uninstall', ...(flags.purge ? ['--purge'] : []), '--by', operator(context)];
  const ignore = (): void => {};
  const watch = { gateMs: 0, signal, onActivating: ignore, onChange: ignore, onProgress: ignore };
  const uninstalled = await confirmPlan(
    context,
    servers,
    flags,
    question,
    async (on, check, access, emit) => {
      const all = check ? [...args, '--check'] : args;
      const doing = check ? 'looks at what is there' : 'uninstalls';
      const options = { ...access, doing, now: () => performance.now() };
      const work = (connection: Connection): Promise<ExecResult> => {
        const id = randomBytes(8).toString('hex');
        return sendTransfer(connection, installerTransfer(artifact, all, id), watch);
      };
      return await onHosts(on, work, options, emit);
    },
  );
  if (uninstalled === null) {
    context.exitCode = 130;
    return;
  }
  const results = fromHub ? await deleteOnHub(fleet, uninstalled, signal) : uninstalled;
  reportResults(context, 'uninstall', results, flags);
  if (!flags.check && !fromHub) context.stderr.write(staysOnHub(fleet, results));
}

const HELP = `
Examples:
  $ homelab-deploy uninstall pi-3
  $ homelab-deploy uninstall --all --purge --yes
  $ homelab-deploy uninstall pi-3 --from-hub       it is gone from the hub's page as well
`;
