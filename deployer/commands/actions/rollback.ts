import { installedCommand } from '../../apply/transient-unit.ts';
import type { Context } from '../../context.ts';
import { quoteWord } from '../../lib/quote.ts';
import { onHosts } from '../../run/on-hosts.ts';
import type { HostResult } from '../../run/result.ts';
import type { Connection, ExecResult } from '../../ssh/transport.ts';
import { type RepeatedOptions, repeatedOptions } from '../../ui/repeated-options.ts';
import { serversOf } from '../access.ts';
import { confirmPlan } from '../confirm-plan.ts';
import { loadFleet } from '../load-fleet.ts';
import { operator } from '../operator.ts';
import type { RollbackFlags } from '../rollback.ts';
import { reportResults } from '../show-results.ts';

/** The installer's gate, and time for a slow server. */
const ROLLBACK_MS = 6 * 60_000;

/** What `homelab-deploy rollback` does. */
export async function runRollback(
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
        connection.exec(command, {
          sudo: true,
          timeoutMs: ROLLBACK_MS,
          // A rollback that has begun is finished.
          signal: check ? access.signal : undefined,
        });
      return withNext(await onHosts(on, work, options, emit), flags);
    },
  );
  if (results !== null) reportResults(context, 'rollback', results, flags);
}

/** Adds to what an installer says of a server without a release before what to do there. */
export function withNext(results: readonly HostResult[], given: RepeatedOptions): HostResult[] {
  return results.map(result => {
    const { host, reason } = result;
    const on = `${quoteWord(host)}${repeatedOptions(given)}`;
    const next = /^No release before this one/m.test(reason ?? '')
      ? `"homelab-deploy releases ${on}" lists them, "homelab-deploy rollback ${on} --to RELEASE" activates one`
      : /^No agent of ours/m.test(reason ?? '')
        ? `"homelab-deploy push ${on}" installs it`
        : null;
    return next === null ? result : { ...result, reason: `${reason}\n${next}` };
  });
}
