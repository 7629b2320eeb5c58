import { counted } from '../../../agent/contract/amounts.ts';
import type { CheckedHub } from '../../hub/check-hubs.ts';
import type { HubView } from '../../hub/hub-view.ts';
import type { HostSettings } from '../../inventory/settings/host-settings.ts';
import { quote } from '../../lib/quote.ts';
import { type RepeatedOptions, repeatedOptions } from '../../ui/repeated-options.ts';
import { type Finding, fail, pass, warn } from './finding.ts';

/** How the hub answers to this machine: to the servers' credentials, and to a question about the servers. */
export function hubFindings(
  fleet: readonly HostSettings[],
  views: ReadonlyMap<string, HubView>,
  checked: readonly CheckedHub[],
  given: RepeatedOptions,
): Finding[] {
  const keys = keyFindings(fleet, given);
  const found = [...checked.map(credentialFinding), ...viewFindings(views), ...keys];
  // A wrong key fails the same way for the servers and for the question about them.
  return found.filter(({ text }, at) => found.findIndex(one => one.text === text) === at);
}

function credentialFinding({ hubUrl, hosts, check }: CheckedHub): Finding {
  switch (check.kind) {
    case 'accepts':
      return pass(`The hub at ${hubUrl} accepts heartbeats of ${hosts.join(', ')}`);
    case 'unsure':
      return warn(`Not certain from here that ${hubUrl} accepts heartbeats: ${check.reason}`);
    case 'refuses':
      return fail(`No heartbeat of ${hosts.join(', ')} would be accepted: ${check.reason}`);
  }
}

function viewFindings(views: ReadonlyMap<string, HubView>): Finding[] {
  const troubles = [...views.values()].filter(view => view.kind === 'trouble');
  if (troubles.length > 0) {
    // Without a key to ask with, or an answer, a push may still go well.
    return troubles.map(({ answered, cause, reason }) =>
      answered && cause !== undefined ? fail(reason) : warn(reason),
    );
  }
  const known = [...views.values()].filter(view => view.kind === 'known');
  const inactive = [...views].flatMap(([name, view]) =>
    view.kind === 'known' && view.server.is_inactive ? [name] : [],
  );
  return [
    pass(`The hub answers and knows ${known.length} of ${counted(views.size, 'server')}`),
    ...(inactive.length === 0
      ? []
      : [
          fail(
            `Removed on the hub, which refuses their heartbeats: ${inactive.join(', ')}: activate them there`,
          ),
        ]),
  ];
}

/** The hub's own key can do everything there, on every server. */
function keyFindings(fleet: readonly HostSettings[], given: RepeatedOptions): Finding[] {
  const carriers = fleet.filter(({ config }) => config.api_key !== undefined);
  const namesOf = (hasToken: boolean): string[] =>
    carriers
      .filter(({ config }) => (config.api_token !== undefined) === hasToken)
      .map(({ name }) => name);
  const [without, beside] = [namesOf(false), namesOf(true)];
  const enroll = `homelab-deploy enroll ${quote(without)}${repeatedOptions(given)}`;
  const rename = 'rename homelab_agent_api_key to homelab_deploy_hub_api_key, then push';
  return [
    ...(without.length === 0
      ? []
      : [
          warn(
            `The hub's own key goes to ${without.join(', ')}: "${enroll}" gives each a token of its own`,
          ),
        ]),
    ...(beside.length === 0
      ? []
      : [
          warn(
            `The hub's own key goes to ${beside.join(', ')} beside a token: once every server has one, ${rename}`,
          ),
        ]),
  ];
}
