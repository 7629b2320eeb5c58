import type { Context } from '../context.ts';
import type { HostAccess } from '../run/ask-hosts.ts';
import type { Emit } from '../run/events.ts';
import { exitCodeOf, type HostResult } from '../run/result.ts';
import { announceInterrupt } from '../ui/announce-interrupt.ts';
import { chooseView } from '../ui/choose-view.ts';
import { recap } from '../ui/recap.ts';
import { resultsReport } from '../ui/results-report.ts';
import { paintFor } from '../ui/text.ts';
import type { View } from '../ui/view.ts';
import { openAccess, type RemoteOptions } from './remote-options.ts';

interface ReportOptions {
  readonly json?: boolean;
  readonly check?: boolean;
}

export type ShownOptions = RemoteOptions & ReportOptions;

/** Works on servers with progress on the screen, then reports each result and sets the exit code. */
export async function showResults(
  context: Context,
  command: string,
  hosts: readonly string[],
  flags: ShownOptions,
  run: (access: HostAccess, emit: Emit) => Promise<HostResult[]>,
): Promise<HostResult[]> {
  const results = await showProgress(context, hosts, flags, view =>
    run(openAccess(context, flags, view), event => view.emit(event)),
  );
  reportResults(context, command, results, flags);
  return results;
}

/** Works with progress on the screen. */
export async function showProgress(
  context: Context,
  hosts: readonly string[],
  { check = false, json = false }: ReportOptions,
  work: (view: View) => Promise<HostResult[]>,
): Promise<HostResult[]> {
  const clear = context.stdout.isTTY === true && !json;
  const view = chooseView(hosts, context, { check, clear });
  using _ = announceInterrupt(context, view);
  try {
    return await work(view);
  } finally {
    await view.end();
  }
}

/** Reports the result of each server, as a recap or one JSON document, and sets the exit code. */
export function reportResults(
  context: Context,
  command: string,
  results: readonly HostResult[],
  { check = false, json = false }: ReportOptions,
): void {
  context.exitCode = exitCodeOf(results, context.signal.aborted);
  const { exitCode } = context;
  const paint = paintFor(context.stdout, context.env);
  context.stdout.write(
    json ? resultsReport(command, results, { check, exitCode }) : recap(results, { check, paint }),
  );
}
