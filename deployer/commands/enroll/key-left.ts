import type { InventoryHost } from '../../inventory/inventory-host.ts';
import { quote } from '../../lib/quote.ts';
import type { HostResult } from '../../run/result.ts';
import { type RepeatedOptions, repeatedOptions } from '../../ui/repeated-options.ts';

const KEY = 'homelab_agent_api_key';

/**
 * What is left to do about the hub's own key after an enrolment; empty if nothing is. `hosts` are all of the inventory,
 * as it was before: without the variable, those of them that have no token yet could not be pushed to any more.
 */
export function keyLeft(
  hosts: readonly InventoryHost[],
  results: readonly Pick<HostResult, 'host' | 'outcome'>[],
  given: RepeatedOptions,
): string {
  const ended = new Map(results.map(({ host, outcome }) => [host, outcome]));
  const carriers = hosts.filter(({ written }) => written.has(KEY));
  const enrolled = carriers.filter(({ name }) => ended.get(name) === 'changed');
  if (enrolled.length === 0) return '';
  const others = carriers.filter(
    host => !enrolled.includes(host) && !host.written.has('homelab_agent_api_token'),
  );
  const names = enrolled.map(({ name }) => name).join(', ');
  const words = quote(others.map(({ name }) => name));
  const enroll = `homelab-deploy enroll ${words}${repeatedOptions(given)}`;
  const first = others.length === 0 ? '' : `first "${enroll}", then `;
  return `The inventory still gives the hub's own key to ${names}: ${first}rename ${KEY} to homelab_deploy_hub_api_key, then push\n`;
}
