import type { Command } from 'commander';
import { installedCommand } from '../apply/transient-unit.ts';
import type { Context } from '../context.ts';
import { onHosts } from '../run/on-hosts.ts';
import type { Connection, ExecResult } from '../ssh/transport.ts';
import { confirmPlan } from './confirm-plan.ts';
import {
  addFleetOptions,
  addHostSelection,
  addJsonOption,
  type FleetOptions,
} from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { operator } from './operator.ts';
import { addRemoteOptions, type RemoteOptions, serversOf } from './remote-options.ts';
import { reportResults } from './show-results.ts';

interface RollbackFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly to?: string;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** The installer's gate, and time for a slow server. */
const ROLLBACK_MS = 6 * 60_000;

/** `homelab-deploy rollback`: activate the previous release again, build, unit and configuration together. */
export function addRollback(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('rollback')
      .summary('activate the previous release again')
      .description(
        'Activate the previous release again, or the one named with --to: build, unit, configuration and runtime together, behind the same health gate as a push, and say what the hub answers to its first heartbeat. The next push activates what the inventory says again.',
      ),
  )
    .optionsGroup('What to do:')
    .option('--to <release>', 'this release; "releases" lists what there is')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: RollbackFlags) => runRollback(context, hosts, flags));
}

async function runRollback(
  context: Context,
  patterns: string[],
  flags: RollbackFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, flags);
  const servers = await serversOf(context, fleet, flags);
  const to = flags.to ?? 'the release before';
  const question = (hosts: readonly string[]): string => `Roll back ${hosts.join(', ')} to ${to}?`;
  const results = await confirmPlan(
    context,
    servers,
    flags,
    question,
    async (on, check, access, emit) => {
      const by = ['--by', operator(context), ...(check ? ['--check'] : [])];
      const command = installedCommand([...by, '--rollback', ...(flags.to ? [flags.to] : [])]);
      const doing = check ? 'compares releases' : 'rolls back';
      const options = { ...access, doing, awaitBeat: !check, now: () => performance.now() };
      const work = (connection: Connection): Promise<ExecResult> =>
        connection.exec(command, { sudo: true, timeoutMs: ROLLBACK_MS });
      return await onHosts(on, work, options, emit);
    },
  );
  if (results === null) context.exitCode = 130;
  else reportResults(context, 'rollback', results, flags);
}

const HELP = `
Examples:
  $ homelab-deploy rollback nas-1
  $ homelab-deploy releases nas-1
  $ homelab-deploy rollback nas-1 --to 0.1.0-ab12cd34
`;
