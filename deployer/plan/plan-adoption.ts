import { variablePrefix } from '../../agent/contract/keys.ts';
import type { EditedValue } from '../inventory/edit/rendered-value.ts';
import { Secret } from '../inventory/secret.ts';
import { adoptable } from './adoptable.ts';
import type { Facts } from './facts.ts';
import type { WantedAgent } from './plan.ts';

/** A host of the inventory, and the server's facts if it was asked. */
export interface AdoptionInput {
  readonly agent: WantedAgent;
  readonly facts: AdoptionFacts | null;
}

type AdoptionFacts = Pick<Facts, 'settings' | 'current' | 'formerAgent'>;

export type Adoption =
  | { readonly kind: 'nothing'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** By the variables' whole names. */
  | { readonly kind: 'adopt'; readonly values: Readonly<Record<string, EditedValue>> };

/**
 * What of the servers' agents is to be written into the inventory, by host. `inputs` are all hosts of the inventory:
 * those that were not asked have their say as well in who has which server_id and server_guid.
 */
export function planAdoption(inputs: readonly AdoptionInput[]): Map<string, Adoption> {
  const claims = inputs.map(claimOf);
  const plans = new Map<string, Adoption>();
  for (const { agent, facts } of inputs) {
    if (facts === null) continue;
    const twice = claims
      .filter(({ name }) => name === agent.name)
      .flatMap(own => rivals(own, claims));
    plans.set(
      agent.name,
      twice.length > 0 ? { kind: 'refused', reason: twice.join('\n') } : adoption(facts, agent),
    );
  }
  return plans;
}

function adoption({ settings, current, formerAgent }: AdoptionFacts, agent: WantedAgent): Adoption {
  if (settings === null) {
    return { kind: 'nothing', reason: 'No agent is configured there: there is nothing to adopt' };
  }
  const { values, problems } = adoptable(settings, agent);
  if (problems.length > 0) {
    const next =
      'Nothing of it is adopted: correct it on the server, or set the variables yourself';
    return { kind: 'refused', reason: [...problems, next].join('\n') };
  }
  const entries = Object.entries(values);
  if (entries.length === 0) {
    // An uninstallation leaves the configuration.
    const none = current === null && formerAgent === null;
    const has = 'The inventory has it all';
    const left = `No agent is there, only a configuration. ${has}`;
    return { kind: 'nothing', reason: none ? left : has };
  }
  return {
    kind: 'adopt',
    values: Object.fromEntries(
      entries.map(([key, value]) => [
        variablePrefix + key,
        key === 'api_token' ? new Secret(String(value)) : value,
      ]),
    ),
  };
}

/** Who a host is to the hub: by its server, or else by the inventory. */
interface Claim {
  readonly name: string;
  readonly server_id: string;
  readonly server_guid: string | undefined;
}

function claimOf({ agent: { name, config }, facts }: AdoptionInput): Claim {
  const values = facts?.settings?.values;
  const guid = values?.get('server_guid') ?? config.server_guid;
  return {
    name,
    server_id: values?.get('server_id') ?? config.server_id,
    server_guid: guid?.toLowerCase(),
  };
}

function rivals(own: Claim, claims: readonly Claim[]): string[] {
  return (['server_id', 'server_guid'] as const).flatMap(key =>
    claims
      .filter(
        ({ name, [key]: value }) => name !== own.name && value !== undefined && value === own[key],
      )
      .map(
        ({ name }) =>
          `${key}: Expected one of each, found that ${name} has the same: to the hub the two would be one server`,
      ),
  );
}
