import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { BatchSize } from '../run/batches.ts';
import { helpNotes } from '../ui/help-notes.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { share, shares } from './option-values.ts';
import { addRemoteOptions, type RemoteOptions } from './remote-options.ts';

export interface PushFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly failed?: boolean;
  readonly limit?: string;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly serial?: BatchSize[];
  readonly maxFail?: BatchSize;
  readonly yes?: boolean;
  readonly despiteStorage?: boolean;
  readonly dist?: string;
  /** False with `--no-hub`. */
  readonly hub: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy push`: install or update the agent on servers. */
export function addPush(program: Command, context: Context): void {
  const command = program
    .command('push')
    .aliases(['install', 'update', 'upgrade', 'deploy'])
    .summary('install or update the agent on servers')
    .description(
      'Install or update the agent: check all servers first, send each what it lacks, activate it behind a health gate, and restore the old release if the new one does not become ready. The hub is asked before whether it would accept the heartbeats, and each server ends with its answer to the first one.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory, such as nas-1 or "pi*"')
    .optionsGroup('Which servers:')
    .option('--all', 'every server of the inventory')
    .option('--failed', 'of these, or of every server, those that failed last time')
    .option('-l, --limit <pattern>', 'of these, only the ones that match')
    .optionsGroup('What to do:')
    .option('--check', 'show what would change, and change nothing')
    .option('--diff', 'show what changes in configuration and unit, secrets masked')
    .option('--serial <sizes>', 'change servers in batches, such as 1,3,100%', shares)
    .option(
      '--max-fail <n>',
      'stop after more than N (or N%) failures (default: no limit, 0 with --serial)',
      share,
    )
    .option('-y, --yes', 'do not ask before several servers are changed')
    .option(
      '--no-hub',
      'do not ask the hub before, nor wait for its answers to the first heartbeats',
    )
    .option(
      '--despite-storage',
      'also push to servers with a read-only file system, or one that has errors',
    )
    .option('--dist <dir>', 'send what "build --out DIR" made, instead of building now');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', helpNotes(HELP))
    .action(async (hosts: string[], flags: PushFlags) =>
      (await import('./actions/push.ts')).runPush(context, hosts, flags),
    );
}

const HELP = `
Its other names are install, update, upgrade and deploy.

A server that is up to date is not changed. All servers are checked before any is changed; one that fails then, or that
is unreachable, counts for --max-fail as well, unless it may be off (homelab_agent_optional).

Examples:
  $ homelab-deploy push --all --check --diff
  $ homelab-deploy push --all
  $ homelab-deploy push nas-1 'pi*'
  $ homelab-deploy push --all --serial 1,100%      one server first, the others when that went well
  $ homelab-deploy push --failed
  $ homelab-deploy push --all --no-hub             while the hub is being rebuilt
`;
