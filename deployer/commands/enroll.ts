import type { Command } from 'commander';
import { homeSource } from '../build/source/home-source.ts';
import type { Context } from '../context.ts';
import type { HostSettings } from '../inventory/settings/host-settings.ts';
import { UserError } from '../lib/errors.ts';
import { cacheDirectory } from '../lib/xdg.ts';
import type { Emit } from '../run/events.ts';
import { confirmOrRefuse } from '../ui/confirm.ts';
import { table } from '../ui/text.ts';
import { Enrolment } from './enroll/enrolment.ts';
import { planEnrolment } from './enroll/plan-enrolment.ts';
import {
  addFleetOptions,
  addHostSelection,
  addJsonOption,
  type FleetOptions,
} from './fleet-options.ts';
import { chooseHosts } from './load-fleet.ts';
import { operator } from './operator.ts';
import { addRemoteOptions, openAccess, type RemoteOptions, serversOf } from './remote-options.ts';
import { reportResults, showProgress } from './show-results.ts';

interface EnrollFlags extends FleetOptions, RemoteOptions {
  readonly all?: boolean;
  readonly rotate?: boolean;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `homelab-deploy enroll`: a token of its own for each server. */
export function addEnroll(program: Command, context: Context): void {
  const command = addHostSelection(
    program
      .command('enroll')
      .summary('give servers tokens of their own')
      .description(
        "Get each server a token of its own from the hub, write it into the inventory, vaulted, and activate it on that server at once. The hub's own key (homelab_deploy_hub_api_key) goes to the hub alone.",
      ),
  )
    .optionsGroup('What to do:')
    .option('--rotate', 'a new token also for servers whose token the hub accepts')
    .option('--check', 'show what would change, and change nothing')
    .option('-y, --yes', 'do not ask');
  addFleetOptions(command);
  addJsonOption(addRemoteOptions(command))
    .addHelpText('after', HELP)
    .action((hosts: string[], flags: EnrollFlags) => runEnroll(context, hosts, flags));
}

async function runEnroll(context: Context, patterns: string[], flags: EnrollFlags): Promise<void> {
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
  const changing = intents.filter(({ kind }) => kind === 'claim' || kind === 'rotate');
  const names = changing.map(({ host }) => host.name);
  const question = `Give ${names.length === 1 ? 'a new token' : 'new tokens'} to ${names.join(', ')}?`;
  if (names.length > 0 && !flags.check && !(await confirmOrRefuse(context, question, flags.yes))) {
    context.exitCode = 130;
    return;
  }
  const servers = await serversOf(context, fleet, flags);
  const all = fleet.map(({ name }) => name);
  const results = await showProgress(context, all, flags, view => {
    const emit: Emit = event => view.emit(event);
    const source = homeSource({
      cache: cacheDirectory(context),
      progress: text => emit({ kind: 'note', text }),
      signal,
    });
    const access = openAccess(context, flags, view);
    const options = { check: flags.check === true, by: operator(context) };
    return new Enrolment(inventory, source, access, options, emit).run(servers, intents);
  });
  reportResults(context, 'enroll', results, flags);
  if (!flags.check) stderr.write(aboutKeys(changing.map(({ host }) => host)));
}

function aboutKeys(fleet: readonly HostSettings[]): string {
  const carriers = fleet.filter(({ config }) => config.api_key !== undefined);
  if (carriers.length === 0) return '';
  const names = carriers.map(({ name }) => name).join(', ');
  return `The inventory still gives the hub's own key to ${names}: rename homelab_agent_api_key to homelab_deploy_hub_api_key, then push\n`;
}

const HELP = `
A server whose token the hub accepts is left alone. After the hub was rebuilt or restored, "enroll --all" gives every
server a token again.

Examples:
  $ homelab-deploy enroll nas-1
  $ homelab-deploy enroll --all --vault-password-file ~/.vault
  $ homelab-deploy enroll nas-1 --rotate
`;
