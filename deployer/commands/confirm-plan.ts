import type { Context } from '../context.ts';
import type { HostAccess } from '../run/ask-hosts.ts';
import type { Emit } from '../run/events.ts';
import type { HostResult } from '../run/result.ts';
import { confirm, requireTerminal } from '../ui/confirm.ts';
import { checkEntry, planText } from '../ui/plan-text.ts';
import { openAccess } from './access.ts';
import type { Server } from './server.ts';
import { type ShownOptions, showProgress } from './show-results.ts';

interface Flags extends ShownOptions {
  readonly yes?: boolean;
}

/** Works on servers; with `check`, only finds out what would change. */
export type Work = (
  servers: readonly Server[],
  check: boolean,
  access: HostAccess,
  emit: Emit,
) => Promise<HostResult[]>;

/**
 * For commands that take something away: finds out what would change on each server, shows that, asks, and changes only
 * the servers where something would. `--check` ends after the first step, `--yes` skips it. Null, with the exit code set, if the answer was
 * no.
 * Throws UserError without a terminal to ask on.
 */
export async function confirmPlan(
  context: Context,
  servers: readonly Server[],
  flags: Flags,
  question: (hosts: readonly string[]) => string,
  work: Work,
): Promise<HostResult[] | null> {
  const run = (on: readonly Server[], check: boolean): Promise<HostResult[]> => {
    const names = on.map(({ target }) => target.name);
    return showProgress(context, names, { ...flags, check }, view =>
      work(on, check, openAccess(context, flags, view), event => view.emit(event)),
    );
  };
  if (flags.check || flags.yes) return await run(servers, flags.check === true);
  requireTerminal(context, question(servers.map(({ target }) => target.name)));
  const checked = await run(servers, true);
  const changing = servers.filter((_, at) => checked[at]?.outcome === 'changed');
  if (changing.length === 0 || context.signal.aborted) return checked;
  const asked = question(changing.map(({ target }) => target.name));
  const text = `${planText(checked.map(checkEntry), context.stderr.columns ?? 80)}\n${asked}`;
  if (!(await confirm(context, text))) {
    context.exitCode = 130;
    return null;
  }
  const changed = new Map((await run(changing, false)).map(result => [result.host, result]));
  return checked.map(result => changed.get(result.host) ?? result);
}
