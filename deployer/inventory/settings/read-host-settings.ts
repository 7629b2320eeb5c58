import { effectiveKeys, variablePrefix } from '../../../agent/contract/keys.ts';
import { nearest } from '../../../agent/contract/nearest.ts';
import {
  deploymentVariables,
  playbookVariables,
  roleVariables,
} from '../../../agent/contract/variables.ts';
import { InventoryError } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { readAgentSettings } from './agent-settings.ts';
import type { ConnectionDefaults } from './connection-defaults.ts';
import { type PathContext, readConnectionSettings, readHubAccess } from './connection-settings.ts';
import type { HostSettings } from './host-settings.ts';
import { readVariable } from './read-table.ts';
import { VariableReader } from './variable-reader.ts';

/** Every variable of this project that an inventory may hold, those that only the Ansible role reads included. */
const knownVariables: ReadonlySet<string> = new Set([
  'homelab_deploy_hub_api_key',
  'homelab_deploy_hub_ca_file',
  ...[
    ...effectiveKeys,
    ...Object.keys(deploymentVariables),
    ...Object.keys(roleVariables),
    ...playbookVariables,
  ].map(key => variablePrefix + key),
]);

export interface SettingsOptions {
  /** Whether it is wrong that there is neither a key nor a token. */
  readonly needsCredential: boolean;
}

interface About {
  readonly name: string;
  readonly scope: Scope;
  readonly defaults: ConnectionDefaults;
  /** Where a variable of all hosts belongs, in words. */
  readonly placeForAll: string;
  readonly places: PathContext;
  readonly asked: SettingsOptions;
}

/** One host's settings. Throws InventoryError with everything that is wrong: unknown, missing and unfit variables. */
export function readHostSettings(about: About): HostSettings {
  const { name, scope, defaults, placeForAll, places, asked } = about;
  const reader = new VariableReader(scope, defaults.values);
  const suggested = refuseUnknown(reader);
  const config = readAgentSettings(reader, name, placeForAll, { ...asked, suggested });
  const own = <K extends keyof typeof deploymentVariables>(key: K) =>
    readVariable(reader, variablePrefix + key, deploymentVariables[key]);
  const settings = {
    name,
    sets: new Set(effectiveKeys.filter(key => reader.isSet(variablePrefix + key))),
    takeover: own('takeover'),
    connection: readConnectionSettings(reader, defaults, places),
    hub: readHubAccess(reader, places),
    state: own('state'),
    runtime: own('runtime'),
    gateSeconds: own('gate_seconds'),
    requireBeat: own('require_beat'),
    keepReleases: own('keep_releases'),
    despiteStorage: own('despite_storage'),
    optional: own('optional'),
  };
  if (config === undefined || reader.problems.length > 0) throw new InventoryError(reader.problems);
  return { ...settings, config };
}

/** @returns the variables that the unknown ones seem to mean */
function refuseUnknown(reader: VariableReader): Set<string> {
  const suggested = new Set<string>();
  for (const name of reader.names()) {
    const [prefix, own] = /^(homelab_(?:agent|deploy)_)(.*)$/.exec(name)?.slice(1) ?? [];
    if (prefix === undefined || own === undefined || knownVariables.has(name)) continue;
    const known = [...knownVariables].filter(each => each.startsWith(prefix));
    const near = nearest(
      own,
      known.map(each => each.slice(prefix.length)),
    );
    if (near !== undefined) suggested.add(prefix + near);
    const next =
      near === undefined ? 'correct its name, or remove it' : `did you mean ${prefix}${near}?`;
    reader.wrong(name, `Unknown variable: ${next}`);
  }
  return suggested;
}
