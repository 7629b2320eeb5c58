import type { Command } from 'commander';
import { places } from '../../agent/contract/places.ts';
import { plainLines } from '../../agent/contract/plain-text.ts';
import type { Context } from '../context.ts';
import { quote } from '../lib/quote.ts';
import { askHosts, type HostAnswer } from '../run/ask-hosts.ts';
import type { ExecResult } from '../ssh/transport.ts';
import { table } from '../ui/text.ts';
import { addFleetOptions, addJsonOption, type FleetOptions } from './fleet-options.ts';
import { loadFleet } from './load-fleet.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';

interface ReleasesFlags extends FleetOptions, RemoteOptions {
  readonly json?: boolean;
}

interface Release {
  readonly release: string;
  /** `current`, `previous` or `-`. */
  readonly state: string;
  readonly since: string;
  /** Whether the hub accepted a beat of it; null where an older installer does not say. */
  readonly accepted: boolean | null;
}

/** `homelab-deploy releases`: what a rollback could go back to. */
export function addReleases(program: Command, context: Context): void {
  const command = program
    .command('releases')
    .summary('list the releases on servers')
    .description(
      'List the releases on servers: which is current, which is the previous one, and since when.',
    )
    .argument('[host...]', 'hosts, groups or patterns of the inventory (default: all)');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command)).action((hosts: string[], flags: ReleasesFlags) =>
    runReleases(context, hosts, flags),
  );
}

/** A line a release. */
const MAX_LISTING = 64 * 1024;

const SCRIPT = `i=${places.current}/install-agent.sh; [ ! -f "$i" ] || exec sh "$i" --releases`;

async function runReleases(
  context: Context,
  patterns: string[],
  flags: ReleasesFlags,
): Promise<void> {
  const fleet = await loadFleet(context, patterns, { ...flags, all: patterns.length === 0 });
  const servers = await serversOf(context, fleet, flags);
  const { signal } = context;
  const command = quote(['sh', '-c', SCRIPT]);
  const answers = await askHosts(servers, openAccess(context, flags), connection =>
    connection.exec(command, { sudo: true, timeoutMs: 60_000, maxBytes: MAX_LISTING, signal }),
  );
  const failed = answers.some(answer => answer.kind === 'error' && answer.outcome === 'failed');
  const away = answers.some(answer => answer.kind === 'error');
  context.exitCode = failed ? 1 : away ? 3 : 0;
  context.stdout.write(flags.json ? report(answers, context.exitCode) : text(answers));
}

function text(answers: readonly HostAnswer<ExecResult>[]): string {
  const rows = answers.flatMap(answer => {
    if (answer.kind === 'error') return [[answer.host, '-', answer.outcome, answer.reason]];
    const releases = parseReleases(answer.value.stdout);
    if (releases.length === 0) return [[answer.host, '-', 'not installed', '']];
    return releases.map(({ release, state, since, accepted }) => [
      answer.host,
      release,
      state,
      since,
      accepted === null ? '?' : accepted ? 'yes' : 'no',
    ]);
  });
  return table(['SERVER', 'RELEASE', 'STATE', 'LIVE SINCE', 'BEAT ACCEPTED'], rows);
}

function report(answers: readonly HostAnswer<ExecResult>[], exitCode: number): string {
  const hosts = answers.map(answer =>
    answer.kind === 'error'
      ? { host: answer.host, outcome: answer.outcome, reason: answer.reason }
      : { host: answer.host, releases: parseReleases(answer.value.stdout) },
  );
  return `${JSON.stringify({ command: 'releases', exit_code: exitCode, hosts }, null, 2)}\n`;
}

/** `0.1.0-ab12cd34<tab>current<tab>2026-01-01T00:00:00Z<tab>accepted`, a line a release. */
function parseReleases(output: string): Release[] {
  return plainLines(output)
    .split('\n')
    .flatMap(line => {
      const [release, state, since, beat] = line.split('\t');
      const accepted = beat === undefined ? null : beat === 'accepted';
      return release && state && since ? [{ release, state, since, accepted }] : [];
    });
}
