import type { Context } from '../../context.ts';
import { UserError } from '../../lib/errors.ts';
import type { Emit } from '../../run/events.ts';
import { confirmOrRefuse } from '../../ui/confirm.ts';
import { table } from '../../ui/text.ts';
import { openAccess, openSource, serversOf } from '../access.ts';
import { Enrolment } from '../enroll/enrolment.ts';
import { keyLeft } from '../enroll/key-left.ts';
import { planEnrolment } from '../enroll/plan-enrolment.ts';
import type { EnrollFlags } from '../enroll.ts';
import { chooseHosts } from '../load-fleet.ts';
import { operator } from '../operator.ts';
import { reportResults, showProgress } from '../show-results.ts';

/** What `homelab-deploy enroll` does. */
export async function runEnroll(
  context: Context,
  patterns: string[],
  flags: EnrollFlags,
): Promise<void> {
  const { signal, stderr } = context;
  const { inventory, hosts } = await chooseHosts(context, patterns, flags);
  const fleet = inventory.settings(hosts, { needsCredential: false });
  if ((await inventory.source.vault.close('')) === undefined) {
    throw new UserError(
      'Expected a vault password to write the tokens into the inventory with, found none: give --vault-password-file FILE, --vault-id LABEL@FILE or --ask-vault-pass',
    );
  }
  const intents = await planEnrolment(fleet, { rotate: flags.rotate === true, signal });
  stderr.write(
    table(
      ['SERVER', 'TOKEN'],
      intents.map(({ host, text }) => [host.name, text]),
    ),
  );
  const names = intents
    .filter(({ kind }) => kind === 'claim' || kind === 'rotate')
    .map(({ host }) => host.name);
  const question = `Give ${names.length === 1 ? 'a new token' : 'new tokens'} to ${names.join(', ')}?`;
  if (names.length > 0 && !flags.check && !(await confirmOrRefuse(context, question, flags.yes))) {
    context.exitCode = 130;
    return;
  }
  const servers = await serversOf(context, fleet, flags);
  const all = fleet.map(({ name }) => name);
  const results = await showProgress(context, all, flags, view => {
    const emit: Emit = event => view.emit(event);
    const source = openSource(context, undefined, text => emit({ kind: 'note', text }));
    const access = openAccess(context, flags, view);
    const options = { check: flags.check === true, by: operator(context) };
    return new Enrolment(inventory, source, access, options, emit).run(servers, intents);
  });
  reportResults(context, 'enroll', results, flags);
  if (!flags.check) stderr.write(keyLeft(inventory.hosts, results, flags));
}
