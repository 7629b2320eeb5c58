import { adoptable, linesOf } from './adoptable.ts';
import type { Difference } from './compare-settings.ts';
import type { Facts } from './facts.ts';
import type { WantedAgent } from './plan.ts';

/** Why a plan that would drop what the agent on the server was set to is refused; null if it drops nothing of it. */
export function refuseLoss(
  { settings }: Facts,
  agent: WantedAgent,
  differences: readonly Difference[],
): string | null {
  const lost = differences.filter(
    ({ loss }) => loss === 'identity' || (loss === 'setting' && agent.takeover === 'keep'),
  );
  if (settings === null || lost.length === 0) return null;
  const { values } = adoptable(settings, agent);
  const lines = linesOf(values);
  const names = lost.map(({ key }) => key).join(', ');
  const isIdentity = lost.some(({ loss }) => loss === 'identity');
  return [
    `Expected the inventory to keep what the agent on the server was set to, found that it would change ${names}`,
    ...lost.map(({ key, text }) => `${key}: ${text}`),
    ...(lines.length === 0
      ? []
      : [
          `These lines keep it; "homelab-deploy adopt ${agent.name}" writes them into the inventory:`,
          ...lines.map(line => `  ${line}`),
        ]),
    isIdentity
      ? 'To make it another server to the hub on purpose, remove the agent there first, with its configuration'
      : 'To replace it on purpose, set homelab_agent_takeover: replace',
  ].join('\n');
}
