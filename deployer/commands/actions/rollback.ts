import { installedCommand } from '../../apply/transient-unit.ts';
import type { Context } from '../../context.ts';
import { onHosts } from '../../run/on-hosts.ts';
import type { Connection, ExecResult } from '../../ssh/transport.ts';
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
      return await onHosts(on, work, options, emit);
    },
  );
  if (results !== null) reportResults(context, 'rollback', results, flags);
}
