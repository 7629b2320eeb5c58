import type { Context } from '../../context.ts';
import { type HostEdit, type HostLines, planHostEdit } from '../../inventory/edit/host-edit.ts';
import type { Inventory } from '../../inventory/inventory.ts';
import { type Adoption, planAdoption } from '../../plan/plan-adoption.ts';
import { askHosts, type HostAnswer } from '../../run/ask-hosts.ts';
import { readFacts } from '../../run/read-facts.ts';
import { blankResult, type HostResult } from '../../run/result.ts';
import { confirmOrRefuse } from '../../ui/confirm.ts';
import { openAccess, serversOf } from '../access.ts';
import type { AdoptFlags } from '../adopt.ts';
import { chooseHosts } from '../load-fleet.ts';
import { reportResults } from '../show-results.ts';

/** What `homelab-deploy adopt` does. */
export async function runAdopt(
  context: Context,
  patterns: string[],
  flags: AdoptFlags,
): Promise<void> {
  const { inventory, hosts } = await chooseHosts(context, patterns, flags);
  // Those that are not adopted have a server_id and server_guid, too.
  const all = inventory.settings(inventory.hosts, { needsCredential: false });
  const names = new Set(hosts.map(({ name }) => name));
  const chosen = all.filter(({ name }) => names.has(name));
  const servers = await serversOf(context, chosen, flags);
  const { signal } = context;
  const answers = await askHosts(servers, openAccess(context, flags), async connection => {
    const facts = await readFacts(connection, { runtime: 'bundled', settings: true }, signal);
    const { settings, current, formerAgent } = facts;
    return { settings, current, formerAgent };
  });
  const found = new Map(answers.map(answer => [answer.host, answer]));
  const plans = planAdoption(
    all.map(agent => {
      const answer = found.get(agent.name);
      return { agent, facts: answer?.kind === 'answer' ? answer.value : null };
    }),
  );
  const edits = await planEdits(inventory, plans);
  const ready = edits.flatMap(edit => (edit.kind === 'edit' ? [edit] : []));
  for (const edit of ready) context.stderr.write(shownEdit(edit));
  if (!flags.check && ready.length > 0) {
    const question = `Write this into the inventory (${ready.map(({ host }) => host).join(', ')})?`;
    if (!(await confirmOrRefuse(context, question, flags.yes))) {
      context.exitCode = 130;
      return;
    }
    for (const edit of ready) await edit.write();
  }
  const byHost = new Map(edits.map(edit => [edit.host, edit]));
  const results = answers.map(answer =>
    resultOf(answer, plans.get(answer.host), byHost.get(answer.host)),
  );
  reportResults(context, 'adopt', results, flags);
}

async function planEdits(
  inventory: Inventory,
  plans: ReadonlyMap<string, Adoption>,
): Promise<(HostEdit | HostLines)[]> {
  const edits: (HostEdit | HostLines)[] = [];
  for (const [host, plan] of plans) {
    if (plan.kind === 'adopt') edits.push(await planHostEdit(inventory, host, plan.values));
  }
  return edits;
}

function shownEdit({ host, changes }: HostEdit): string {
  const lines = changes.map(
    ({ name, file, before, after }) => `  ${name}: ${before ?? 'not set'} -> ${after}   ${file}`,
  );
  return `${[host, ...lines].join('\n')}\n`;
}

function resultOf(
  answer: HostAnswer<unknown>,
  plan: Adoption | undefined,
  edit: HostEdit | HostLines | undefined,
): HostResult {
  const blank = blankResult(answer.host);
  if (answer.kind === 'error') return { ...blank, outcome: answer.outcome, reason: answer.reason };
  if (edit?.kind === 'edit') {
    const steps = edit.changes.map(({ name, file, before, after }) => ({
      what: 'inventory' as const,
      text: `${file}: ${name}: ${before ?? 'not set'} -> ${after}`,
    }));
    return { ...blank, outcome: 'changed', steps };
  }
  if (edit !== undefined) {
    return { ...blank, reason: [edit.reason, ...edit.lines.trimEnd().split('\n')].join('\n') };
  }
  if (plan?.kind === 'nothing') return { ...blank, outcome: 'unchanged', reason: plan.reason };
  return { ...blank, reason: plan?.kind === 'refused' ? plan.reason : null };
}
