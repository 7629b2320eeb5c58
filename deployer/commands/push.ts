import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { exitCodeOf } from '../engine/exit-code.ts';
import { push } from '../engine/push.ts';
import type { HostResult } from '../engine/result.ts';
import type { Shelf } from '../engine/tools.ts';
import { distShelf } from '../shelf/dist-shelf.ts';
import { homeShelf } from '../shelf/home-shelf.ts';
import { chooseView } from '../ui/choose-view.ts';
import { pushReport } from '../ui/push-report.ts';
import { recap } from '../ui/recap.ts';
import { paintFor } from '../ui/style.ts';
import type { View } from '../ui/view.ts';
import { cacheDirectory } from './build.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { jobOf } from './job-of.ts';
import { loadFleet } from './load-fleet.ts';

import { operator } from './operator.ts';
import {
  addRemoteOptions,
  openTransport,
  type RemoteOptions,
  targetsOf,
} from './remote-options.ts';

interface PushFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly check?: boolean;
  readonly diff?: boolean;
  readonly dist?: string;
  readonly json?: boolean;
}

/** `homelab-deploy push`: bring servers to what the inventory says. */
export function addPush(program: Command, context: Context): void {
  const command = program
    .command('push')
    .summary('bring servers to what the inventory says')
    .description(
      'Install or update the agent: ask all servers first, send each what it lacks, activate it there behind a health gate, and put the old release back where the new one does not become ready.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory, such as nas-1 or "pi*"')
    .optionsGroup('Which servers:')
    .option('--all', 'every server of the inventory')
    .optionsGroup('What to do:')
    .option('--check', 'say what would change, and change nothing')
    .option('--diff', 'show what changes in configuration and unit, secrets masked')
    .option('--dist <dir>', 'send what "build --out DIR" made, instead of building now');
  addFleetOptions(command);
  addRemoteOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: PushFlags) => runPush(context, hosts, flags));
}

async function runPush(context: Context, patterns: string[], flags: PushFlags): Promise<void> {
  const fleet = await loadFleet(context, patterns, flags);
  const targets = await targetsOf(context, fleet, flags);
  const jobs = targets.flatMap((target, at) => (fleet[at] ? jobOf(fleet[at], target) : []));
  const { check = false, diff = false, forks } = flags;
  const { signal } = context;
  const hosts = jobs.map(job => job.name);
  const clear = context.stdout.isTTY === true && !flags.json;
  const view = chooseView(hosts, context, { check, clear });
  let results: HostResult[];
  try {
    const tools = {
      ...shelfFor(context, flags, view),
      transport: openTransport(context, flags, view),
      now: () => performance.now(),
      sleep: (ms: number) => new Promise<void>(wake => setTimeout(wake, ms)),
    };
    const options = { check, diff, forks, by: operator(context), signal };
    results = await push(jobs, tools, options, event => view.emit(event));
  } finally {
    await view.end();
  }
  context.exitCode = exitCodeOf(results, signal.aborted);
  if (flags.json) {
    context.stdout.write(pushReport(results, { check, exitCode: context.exitCode }));
    return;
  }
  for (const { host, diff: text } of results) {
    if (text) context.stdout.write(`${host}\n${text}\n`);
  }
  context.stdout.write(recap(results, { check, paint: paintFor(context.stdout, context.env) }));
}

function shelfFor(context: Context, { dist }: PushFlags, view: View): Shelf {
  if (dist !== undefined) return distShelf(resolve(context.cwd, dist));
  return homeShelf({
    cache: cacheDirectory(context),
    progress: text => view.emit({ kind: 'note', text }),
    signal: context.signal,
  });
}

const HELP = `
A server that is right already is asked once and left alone. Nothing is written anywhere before all are asked.

Examples:
  $ homelab-deploy push --all --check --diff
  $ homelab-deploy push --all
  $ homelab-deploy push nas-1 'pi*'
  $ homelab-deploy push 'homelab:!pi-3' --forks 2
`;
