import { Config } from '../../../agent/config/schema.ts';
import type { Value } from '../value.ts';
import { toInteger, toText, toTexts } from './coerce.ts';
import { describeIssue } from './describe-issue.ts';
import type { AgentSettings } from './host-settings.ts';
import type { VariableReader } from './variable-reader.ts';

export const PREFIX = 'homelab_agent_';

/** What inventory.example.yaml and the agent's own example hold where the key belongs. */
const PLACEHOLDERS = new Set(['put-the-api-key-of-your-hub-here', 'your-api-key-here']);

type AgentKey = keyof AgentSettings;
const SECRET: ReadonlySet<string> = new Set<AgentKey>(['api_key', 'api_token']);

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

/** The agent's keys of one host, checked one by one with the agent's own schema. Undefined when any is wrong. */
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
  if (!reader.isSet(`${PREFIX}server_id`)) values['server_id'] = readHostName(reader, host);
  requireVariables(reader, values, file);
  if (reader.problems.length > before) return undefined;
  const config = Config.parse(values);
  return {
    ...config,
    server_guid: values['server_guid'] as string | undefined,
    api_key: reader.secret(config.api_key),
    api_token: reader.secret(config.api_token),
  };
}

function readKey(reader: VariableReader, key: AgentKey): unknown {
  const name = PREFIX + key;
  return reader.read(name, value => {
    const converted = CONVERT[key](value);
    if (SECRET.has(key) && PLACEHOLDERS.has(String(converted))) {
      throw new RangeError(
        `Expected the hub's own key, found the placeholder of the example: put the key in, best with "ansible-vault encrypt_string --name ${name}"`,
      );
    }
    check(key, converted);
    return converted;
  });
}

function check(key: AgentKey, value: unknown): void {
  const result = Config.shape[key].safeParse(value);
  const issue = result.error?.issues[0];
  if (issue === undefined) return;
  const found = issue.path.reduce<unknown>(
    (part, step) => (part as Record<PropertyKey, unknown>)[step],
    value,
  );
  const shown = SECRET.has(key) ? 'something else' : JSON.stringify(found);
  throw new RangeError(`${describeIssue(issue)}, found ${shown}`);
}

function readHostName(reader: VariableReader, host: string): string {
  try {
    check('server_id', host);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    reader.problems.push({
      key: `${PREFIX}server_id`,
      message: `${error.message}, which is the host's name: set ${PREFIX}server_id for this host`,
    });
  }
  return host;
}

function requireVariables(
  reader: VariableReader,
  values: Record<string, unknown>,
  file: string,
): void {
  const missing = (name: string, what: string, or = ''): void => {
    reader.problems.push({
      key: name,
      message: `Expected ${what}, found nothing: set ${name}${or} under "all: vars:" in ${file}, or for the host`,
    });
  };
  const has = (key: AgentKey): boolean =>
    values[key] !== undefined || isWrong(reader, PREFIX + key);
  if (!has('hub_url'))
    missing(`${PREFIX}hub_url`, "the hub's address, such as http://hub.home.lan:8080");
  if (!has('api_key') && !has('api_token')) {
    missing(`${PREFIX}api_key`, "the hub's key", ` (or ${PREFIX}api_token)`);
  }
}

function isWrong(reader: VariableReader, name: string): boolean {
  return reader.problems.some(problem => problem.key === name);
}
