import {
  type ConfigProblem,
  checkConfig,
  problemText,
} from '../../../agent/contract/check-config.ts';
import {
  type Config,
  type EffectiveKey,
  effectiveKeys,
  keys,
  variablePrefix,
} from '../../../agent/contract/keys.ts';
import { toServerId } from '../../../agent/contract/server-id.ts';
import type { Spec } from '../../../agent/contract/spec.ts';
import { type Secret, secretOf } from '../secret.ts';
import { toSecretText } from './coerce.ts';
import type { SettingsOptions } from './read-host-settings.ts';
import { converterOf } from './read-table.ts';
import type { VariableReader } from './variable-reader.ts';

type SecretKey = {
  [K in EffectiveKey]: (typeof keys)[K] extends { readonly secret: true } ? K : never;
}[EffectiveKey];

/** The agent's configuration of one host as the inventory has it; texts as written, secrets wrapped. */
export type AgentSettings = Pick<Config, Exclude<EffectiveKey, SecretKey>> & {
  readonly [K in SecretKey]?: Secret | undefined;
};

/**
 * The agent's keys of one host, checked with the agent's own schema. Undefined when any of them is wrong; that there is
 * no credential only counts if one is needed. What a misspelled variable seems to mean (`suggested`) is not missing.
 */
export function readAgentSettings(
  reader: VariableReader,
  host: string,
  placeForAll: string,
  options: SettingsOptions & { readonly suggested: ReadonlySet<string> },
): AgentSettings | undefined {
  const before = reader.problems.length;
  const values: Record<string, unknown> = {};
  for (const key of effectiveKeys) {
    const value = readKey(reader, key);
    if (value !== undefined) values[key] = value;
  }
  if (!reader.isSet(variableOf('server_id'))) values['server_id'] = toServerId(host);
  const isOpen = (values['api_key'] ?? values['api_token']) === undefined;
  if (isOpen && !options.needsCredential) values['api_key'] = 'not known yet';
  const reported = new Set(reader.problems.map(({ key }) => key));
  const { config, problems = [] } = checkConfig(values, variableOf);
  for (const problem of problems) {
    const name = variableOf(problem.key);
    // What is set and wrong has been reported already, and is not missing.
    if (reported.has(name)) continue;
    if (problem.kind === 'missing' && options.suggested.has(name)) continue;
    if (problem.key === 'api_key' && reported.has(variableOf('api_token'))) continue;
    report(reader, problem, { host, placeForAll });
  }
  if (config === undefined || reader.problems.length > before) return undefined;
  const { api_key, api_token, ...rest } = config;
  return {
    ...rest,
    api_key: secretOf(isOpen ? undefined : api_key),
    api_token: secretOf(api_token),
  };
}

function variableOf(key: string): string {
  return variablePrefix + key;
}

function readKey(reader: VariableReader, key: EffectiveKey): unknown {
  const name = variableOf(key);
  const spec: Spec = keys[key];
  // The role's template would write nothing, where a default belongs.
  if (('default' in spec || key === 'server_id') && reader.refusesNothing(name)) return undefined;
  return reader.read(name, 'secret' in spec ? toSecretText : converterOf(spec));
}

/** One problem of the agent's schema, at the variable that it is about. */
function report(
  reader: VariableReader,
  problem: ConfigProblem,
  { host, placeForAll }: { host: string; placeForAll: string },
): void {
  const name = variableOf(problem.key);
  const text = problemText(problem);
  const id = toServerId(host);
  if (problem.key === 'server_id' && !reader.isSet(name)) {
    const message = `Expected a name with letters a to z or digits, which the hub accepts, found ${host}: set ${name} for this host`;
    reader.problems.push({ key: name, message });
  } else if (problem.key === 'api_key' && reader.isSet('homelab_deploy_hub_api_key')) {
    const message =
      'Expected a token in homelab_agent_api_token, found none: "homelab-deploy enroll" gets one from the hub';
    reader.problems.push({ key: name, message });
  } else if (problem.key === 'server_id' && id !== '') {
    reader.wrong(name, `${text}: without this line it follows from the host's name`);
  } else if (problem.kind === 'missing') {
    const message = `${text}: set it ${placeForAll}, or for the host`;
    reader.problems.push({ key: name, message });
  } else if (problem.kind === 'placeholder') {
    const how = `put the key in, best with "ansible-vault encrypt_string --name ${name}"`;
    reader.wrong(name, `${text}: ${how}`);
  } else if (problem.kind === 'wrong' && reader.isSecret(name)) {
    const message = `Expected ${problem.expected}, found something else (not shown: it is a secret)`;
    reader.wrong(name, message, problem.path[1]);
  } else reader.wrong(name, text, problem.path[1]);
}
