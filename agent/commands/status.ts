import type { AgentContext, CommandOptions } from '../context.ts';
import { spanText } from '../contract/amounts.ts';
import type { Figures, Status } from '../contract/status.ts';
import { healthOf, readStatus } from './health.ts';

/** Reports in words how the agent that runs here is. Exit codes as of `health`. */
export async function status({ places }: CommandOptions, context: AgentContext): Promise<number> {
  const now = context.clock.now();
  const found = readStatus(places.statusFile);
  if (typeof found === 'string') {
    context.stderr.write(`${found}\n`);
    return 1;
  }
  const { healthy, lines } = healthOf(found, now);
  context.stdout.write([...statusLines(found, now), ...lines, ''].join('\n'));
  return healthy ? 0 : 1;
}

/** Pure, so that a test can compare it. */
export function statusLines(
  { release, pid, started, beats, figures }: Status,
  now: Date,
): string[] {
  const running = (now.getTime() - Date.parse(started)) / 1000;
  return [
    `Release ${release}, running for ${spanText(running)} (process ${pid})`,
    `Heartbeats since the start: ${beats.sent} accepted, ${beats.failed} failed, ${beats.queued} kept for later`,
    ...(figures === null || figures === undefined ? [] : figureLines(figures)),
  ];
}

function figureLines(figures: Figures): string[] {
  const { updates, security_updates: security, reboot_required: reboot } = figures;
  const percent = (value: number | null | undefined): string =>
    typeof value === 'number' ? `${Math.round(value)} %` : 'unknown';
  const { cpu_percent: cpu, memory_percent: memory, disk_percent: disk } = figures;
  return [
    `CPU ${percent(cpu)}, memory ${percent(memory)}, disk ${percent(disk)}`,
    `Updates ${updates ?? 'unknown'}, security updates ${security ?? 'unknown'}${reboot === true ? ', a reboot is due' : ''}`,
  ];
}
