import type { Context } from '../context.ts';
import type { HostAccess } from '../run/ask-hosts.ts';
import type { Emit } from '../run/events.ts';
import { exitCodeOf, type HostResult } from '../run/result.ts';
import { announceInterrupt } from '../ui/announce-interrupt.ts';
import { chooseView } from '../ui/choose-view.ts';
import { recap } from '../ui/recap.ts';
import { resultsReport } from '../ui/results-report.ts';
import { paintFor } from '../ui/text.ts';
import { openAccess, type RemoteOptions } from './remote-options.ts';

export interface ShownOptions extends RemoteOptions {
  readonly json?: boolean;
  readonly check?: boolean;
}

/** Works on servers with progress on the screen, then reports each result and sets the exit code. */
export async function showResults(
  context: Context,
  command: string,
  hosts: readonly string[],
  flags: ShownOptions,
  run: (access: HostAccess, emit: Emit) => Promise<HostResult[]>,
): Promise<HostResult[]> {
  const { check = false, json = false } = flags;
  const clear = context.stdout.isTTY === true && !json;
  const view = chooseView(hosts, context, { check, clear });
  let results: HostResult[];
  using _ = announceInterrupt(context, view);
  try {
    results = await run(openAccess(context, flags, view), event => view.emit(event));
  } finally {
    await view.end();
  }
  context.exitCode = exitCodeOf(results, context.signal.aborted);
  const { exitCode } = context;
  const paint = paintFor(context.stdout, context.env);
  context.stdout.write(
    json ? resultsReport(command, results, { check, exitCode }) : recap(results, { check, paint }),
  );
  return results;
}
