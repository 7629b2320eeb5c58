import { places } from '../../../agent/contract/places.ts';
import type { Context } from '../../context.ts';
import { quote } from '../../lib/quote.ts';
import { askHosts, type HostAnswer } from '../../run/ask-hosts.ts';
import type { ExecResult } from '../../ssh/transport.ts';
import { parseReleases, releasesTable } from '../../ui/releases-table.ts';
import { openAccess, serversOf } from '../access.ts';
import { loadFleet } from '../load-fleet.ts';
import type { ReleasesFlags } from '../releases.ts';

/** A line a release. */
const MAX_LISTING = 64 * 1024;

const SCRIPT = `i=${places.current}/install-agent.sh; [ ! -f "$i" ] || exec sh "$i" --releases`;

/** What `homelab-deploy releases` does. */
export async function runReleases(
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
  context.stdout.write(flags.json ? report(answers, context.exitCode) : releasesTable(answers));
}

function report(answers: readonly HostAnswer<ExecResult>[], exitCode: number): string {
  const hosts = answers.map(answer =>
    answer.kind === 'error'
      ? { host: answer.host, outcome: answer.outcome, reason: answer.reason }
      : { host: answer.host, releases: parseReleases(answer.value.stdout) },
  );
  return `${JSON.stringify({ command: 'releases', exit_code: exitCode, hosts }, null, 2)}\n`;
}
