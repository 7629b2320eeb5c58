import type { Context } from '../context.ts';
import { exitCodeOf, type HostResult } from '../run/result.ts';
import { announceInterrupt } from '../ui/announce-interrupt.ts';
import { chooseView } from '../ui/choose-view.ts';
import { recap } from '../ui/recap.ts';
import { resultsReport } from '../ui/results-report.ts';
import { paintFor } from '../ui/text.ts';
import type { View } from '../ui/view.ts';
import type { RemoteOptions } from './remote-options.ts';

interface ReportOptions {
  readonly json?: boolean;
  readonly check?: boolean;
}

export type ShownOptions = RemoteOptions & ReportOptions;

/** Works with progress on the screen. */
export async function showProgress(
  context: Context,
  hosts: readonly string[],
  { check = false, json = false }: ReportOptions,
  work: (view: View) => Promise<HostResult[]>,
): Promise<HostResult[]> {
  const clear = context.stdout.isTTY === true && !json;
  const view = chooseView(hosts, context, { check, clear });
  const activating = new Set<string>();
  const watched: View = {
    emit(event) {
      if (event.kind === 'phase' && event.phase === 'activating' && !check) {
        activating.add(event.host);
      } else if (event.kind === 'done') activating.delete(event.result.host);
      view.emit(event);
    },
    hold: asking => view.hold(asking),
    end: () => view.end(),
  };
  using _ = announceInterrupt(context, view, () => activating.size > 0);
  try {
    return await work(watched);
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
