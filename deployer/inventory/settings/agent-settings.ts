import { findProblems, type Problem } from '../../../agent/config/find-problems.ts';
import { Config } from '../../../agent/config/schema.ts';
import type { Value } from '../value.ts';
import { toInteger, toText, toTexts } from './coerce.ts';
import type { AgentSettings } from './host-settings.ts';
import type { VariableReader } from './variable-reader.ts';

export const PREFIX = 'homelab_agent_';

/** What inventory.example.yaml and the agent's own example hold where the key belongs. */
const PLACEHOLDERS = ['put-the-api-key-of-your-hub-here', 'your-api-key-here'];

type AgentKey = keyof AgentSettings;

/** Each key's way from a variable to a value of the agent's schema, in the schema's order. */
const CONVERT: Readonly<Record<AgentKey, (value: Value) => unknown>> = {
  hub_url: toText,
  server_id: toText,
  api_key: toText,
  api_token: toText,
  server_guid: toText,
  heartbeat_interval: toInteger,
  monitored_services: toTexts,
  mode: toText,
  ca_file: toText,
  backfill: toInteger,
  root_mount: toText,
  log_level: toText,
};

export const AGENT_KEYS = Object.keys(CONVERT) as readonly AgentKey[];

/** Keys that nothing may be given for: the role's template would write nothing, where a default belongs. */
const NEVER_NOTHING: readonly AgentKey[] = [
  'server_id',
  'heartbeat_interval',
  'monitored_services',
  'mode',
  'backfill',
  'log_level',
];

/** The agent's keys of one host, checked with the agent's own schema. Undefined when any of them is wrong. */
export function readAgentSettings(
  reader: VariableReader,
  host: string,
  file: string,
): AgentSettings | undefined {
  const before = reader.problems.length;
  const values: Record<string, unknown> = {};
  for (const key of AGENT_KEYS) {
    const value = readKey(reader, key);
    if (value !== undefined) values[key] = value;
  }
  if (!reader.isSet(`${PREFIX}server_id`)) values['server_id'] = host;
  const judged = new Set(reader.problems.map(({ key }) => key));
  for (const problem of findProblems(values)) {
    const name = PREFIX + String(problem.path[0]);
    // What is set and wrong has been told already, and is not missing.
    if (judged.has(name)) continue;
    if (name === `${PREFIX}api_key` && judged.has(`${PREFIX}api_token`)) continue;
    tell(reader, problem, { values, file });
  }
  if (reader.problems.length > before) return undefined;
  const config = Config.parse(values);
  return {
    ...config,
    // As it was written: the role writes it so too.
    server_guid: values['server_guid'] as string | undefined,
    api_key: reader.secret(config.api_key),
    api_token: reader.secret(config.api_token),
  };
}

function readKey(reader: VariableReader, key: AgentKey): unknown {
  const name = PREFIX + key;
  if (NEVER_NOTHING.includes(key) && reader.refusesNothing(name)) return undefined;
  return reader.read(name, value => {
    const converted = CONVERT[key](value);
    if (!PLACEHOLDERS.includes(String(converted))) return converted;
    throw new RangeError(
      `Expected the hub's own key, found the placeholder of the example: put the key in, best with "ansible-vault encrypt_string --name ${name}"`,
    );
  });
}

/** One complaint of the agent's schema, at the variable that it is about. */
function tell(
  reader: VariableReader,
  { path, message }: Problem,
  { values, file }: { values: Readonly<Record<string, unknown>>; file: string },
): void {
  const [key, index] = path;
  const name = PREFIX + String(key);
  const where = `set it under "all: vars:" in ${file}, or for the host`;
  const [wanted = ''] = message.replace(/^wanted/, 'Expected').split(', found ');
  if (key === 'server_id' && !reader.isSet(name)) {
    const text = `${wanted}, found the host's name ${JSON.stringify(values['server_id'])}: set ${name} for this host`;
    reader.problems.push({ key: name, message: text });
  } else if (values[String(key)] === undefined) {
    const what =
      key === 'api_key' ? `Expected the hub's key here or in ${PREFIX}api_token` : wanted;
    reader.problems.push({ key: name, message: `${what}, found nothing: ${where}` });
  } else if (reader.isSecret(name)) {
    reader.wrong(name, `${wanted}, found something else (not shown: it is a secret)`, index);
  } else reader.wrong(name, message.replace(/^wanted/, 'Expected'), index);
}
