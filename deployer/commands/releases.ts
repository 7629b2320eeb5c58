import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { askEach, type Reply } from '../engine/ask-each.ts';
import { layout } from '../release/layout.ts';
import { quote } from '../remote/quote.ts';
import { table } from '../ui/table.ts';
import { addFleetOptions, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import {
  addRemoteOptions,
  openTransport,
  type RemoteOptions,
  targetsOf,
} from './remote-options.ts';

interface ReleasesFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

interface Release {
  readonly release: string;
  /** `current`, `previous` or `-`. */
  readonly state: string;
  readonly since: string;
}

/** `homelab-deploy releases`: what a rollback could go back to. */
export function addReleases(program: Command, context: Context): void {
  const command = program
    .command('releases')
    .summary('list the releases on servers')
    .description(
      'List the releases that stand on servers: which is live, which was before, and since when.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addRemoteOptions(command)
    .optionsGroup('Output:')
    .option('--json', 'one JSON document on standard output')
    .action((hosts: string[], flags: ReleasesFlags) => runReleases(context, hosts, flags));
}

const SCRIPT = `i=${layout.current}/install-agent.sh; [ ! -f "$i" ] || exec sh "$i" --releases`;

async function runReleases(
  context: Context,
  patterns: string[],
  flags: ReleasesFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const targets = await targetsOf(context, fleet, flags);
  const { forks } = flags;
  const { signal } = context;
  const transport = openTransport(context, flags);
  const command = quote(['sh', '-c', SCRIPT]);
  const replies = await askEach(targets, transport, command, { forks, signal });
  const failed = replies.some(reply => reply.kind === 'trouble' && reply.outcome === 'failed');
  const away = replies.some(reply => reply.kind === 'trouble');
  context.exitCode = failed ? 1 : away ? 3 : 0;
  context.stdout.write(flags.json ? report(replies, context.exitCode) : text(replies));
}

function text(replies: readonly Reply[]): string {
  const rows = replies.flatMap(reply => {
    if (reply.kind === 'trouble') return [[reply.host, '-', reply.outcome, reply.reason]];
    const releases = parseReleases(reply.stdout);
    if (releases.length === 0) return [[reply.host, '-', 'not installed', '']];
    return releases.map(({ release, state, since }) => [reply.host, release, state, since]);
  });
  return table(['SERVER', 'RELEASE', 'STATE', 'LIVE SINCE'], rows);
}

function report(replies: readonly Reply[], exitCode: number): string {
  const hosts = replies.map(reply =>
    reply.kind === 'trouble'
      ? { host: reply.host, outcome: reply.outcome, reason: reply.reason }
      : { host: reply.host, releases: parseReleases(reply.stdout) },
  );
  return `${JSON.stringify({ command: 'releases', exit_code: exitCode, hosts }, null, 2)}\n`;
}

/** `0.1.0-ab12cd34<tab>current<tab>2026-01-01T00:00:00Z`, a line a release. */
function parseReleases(output: string): Release[] {
  return output.split('\n').flatMap(line => {
    const [release, state, since] = line.split('\t');
    return release && state && since ? [{ release, state, since }] : [];
  });
}
