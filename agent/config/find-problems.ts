import { nearest } from './nearest.ts';
import { Config } from './schema.ts';

/** One thing that is wrong with a configuration, without its place in a file. Never holds a secret. */
export interface Problem {
  /** Where in the values: `['monitored_services', 1]`. A missing key's path is the key itself. */
  readonly path: readonly PropertyKey[];
  /** The same for a reader: `monitored_services[1]`. */
  readonly key: string;
  /** "wanted …, found …", or what else is wrong. */
  readonly message: string;
  /** The key itself is wrong, so its own place should be shown and not its value's. */
  readonly unknownKey: boolean;
}

const wanted: Record<keyof Config, string> = {
  hub_url: 'a URL that starts with http:// or https://, such as "http://hub.home.lan:8080"',
  server_id: '1 to 100 lower-case letters, digits and hyphens, such as "nas-1"',
  api_key: 'printable ASCII characters without a space at either end',
  api_token: 'printable ASCII characters without a space at either end',
  server_guid: 'a version 4 UUID, such as "5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a"',
  heartbeat_interval: 'a whole number of seconds from 5 to 150',
  monitored_services: 'a list of at most 200 unit names',
  mode: 'readonly or readwrite',
  ca_file: 'an absolute path',
  backfill: 'a whole number from 0 to 60',
  root_mount: 'an absolute path',
  log_level: 'error, warning, info or debug',
  core_services: 'anything',
  command_execution: 'anything',
  command_execution_enabled: 'anything',
};
const unitName = 'a unit name without a space, such as "ssh.service"';
const secrets: readonly string[] = ['api_key', 'api_token'];

/** The keys that a configuration may have, in the schema's order. */
export const configKeys: readonly string[] = Object.keys(wanted);

/**
 * Everything that the schema has against these values, in words; empty where it has nothing.
 * For the agent's own file, and for the deployer, which knows another place for each value.
 */
export function findProblems(values: Readonly<Record<string, unknown>>): Problem[] {
  const result = Config.safeParse(values);
  if (result.success) return [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const issue of result.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map(unknownKey));
      continue;
    }
    const key = keyText(issue.path);
    if (seen.has(key)) continue;
    seen.add(key);
    const message = describe(issue.path, values);
    problems.push({ path: issue.path, key, message, unknownKey: false });
  }
  return problems;
}

function describe(path: readonly PropertyKey[], values: Readonly<Record<string, unknown>>): string {
  const key = String(path[0]) as keyof Config;
  const value = path.reduce<unknown>(
    (at, step) => (at as Record<PropertyKey, unknown>)[step],
    values,
  );
  if (key === 'api_key' && value === undefined) {
    return "wanted the hub's shared key here, or an api_token, found neither";
  }
  const what = key === 'monitored_services' && path.length > 1 ? unitName : wanted[key];
  return `wanted ${what}, found ${found(key, value)}`;
}

/** What is there, in the reader's words and at most a line of it; a secret only by its length. */
function found(key: string, value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 1 ? 'a list of 1' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'a mapping';
  if (secrets.includes(key))
    return `${String(value).length} characters (not shown: it is a secret)`;
  if (typeof value !== 'string') return String(value);
  // A URL may carry a password.
  const open = value.replace(/\/\/[^/]*@/, '//…@');
  return JSON.stringify(open.length > 80 ? `${open.slice(0, 80)}…` : open);
}

function unknownKey(key: string): Problem {
  const near = nearest(key, configKeys);
  const hint =
    near === undefined ? 'see config.yaml.example for the keys there are' : `did you mean ${near}?`;
  return {
    path: [key],
    key: shown(key),
    message: `is not a key of the agent: ${hint}`,
    unknownKey: true,
  };
}

function keyText(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  return `${String(first)}${rest.map(step => `[${String(step)}]`).join('')}`;
}

/** A key is the file's own text: nothing in it may start a second line. */
function shown(key: string): string {
  return /^[\w.-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
}
