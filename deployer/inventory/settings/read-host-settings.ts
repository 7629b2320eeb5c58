import { nearest } from '../../../agent/config/nearest.ts';
import { InventoryError } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { describeValue, type Value } from '../value.ts';
import { AGENT_KEYS, PREFIX, readAgentSettings } from './agent-settings.ts';
import { toBoolean, toInteger, toText } from './coerce.ts';
import { type Places, readConnectionSettings } from './connection-settings.ts';
import type { HostSettings } from './host-settings.ts';
import { VariableReader } from './variable-reader.ts';

/** Variables that steer the deployment, besides the agent's own keys. */
const DEPLOYMENT = [
  'runtime',
  'gate_seconds',
  'require_beat',
  'keep_releases',
  'optional',
  'state',
];
/** Variables that only the Ansible role reads: known here, so that one inventory serves both. */
const ROLE_ONLY = [
  'purge',
  'dist_dir',
  'secure_logging',
  'mask_diff',
  'serial',
  'rollback_release',
];
/** Every variable of this project that an inventory may hold. */
export const KNOWN_VARIABLES: ReadonlySet<string> = new Set(
  [...AGENT_KEYS, ...DEPLOYMENT, ...ROLE_ONLY].map(key => PREFIX + key),
);

/**
 * One host's settings. Throws InventoryError with everything that is wrong: unknown, missing and unfit variables.
 * `file` is the inventory's name to show.
 */
export function readHostSettings(
  name: string,
  scope: Scope,
  file: string,
  places: Places,
): HostSettings {
  const reader = new VariableReader(scope);
  refuseUnknown(reader);
  const config = readAgentSettings(reader, name, file);
  const own = <T>(key: string, convert: (value: Value) => T): T | undefined =>
    readOwn(reader, PREFIX + key, convert);
  const settings = {
    name,
    connection: readConnectionSettings(reader, places),
    state: own('state', oneOf(['present', 'absent'])) ?? 'present',
    runtime: own('runtime', oneOf(['bundled', 'system'])) ?? 'bundled',
    gateSeconds: own('gate_seconds', between(0, 600)) ?? 5,
    requireBeat: own('require_beat', toBoolean) ?? false,
    keepReleases: own('keep_releases', between(2, 100)) ?? 5,
    optional: own('optional', toBoolean) ?? false,
    secrets: reader.secrets,
  } as const;
  if (config === undefined || reader.problems.length > 0) throw new InventoryError(reader.problems);
  return { ...settings, config };
}

/** Each of these has a default, and nothing at all is no value for it: the role would not take the default. */
function readOwn<T>(
  reader: VariableReader,
  name: string,
  convert: (value: Value) => T,
): T | undefined {
  if (reader.refusesNothing(name)) return undefined;
  return reader.read(name, convert);
}

function refuseUnknown(reader: VariableReader): void {
  for (const name of reader.names()) {
    if (!name.startsWith(PREFIX) || KNOWN_VARIABLES.has(name)) continue;
    const near = nearest(name, [...KNOWN_VARIABLES]);
    reader.wrong(
      name,
      `Expected a variable that is known, found another${near === undefined ? '' : `: did you mean ${near}?`}`,
    );
  }
}

function oneOf<const T extends string>(words: readonly T[]): (value: Value) => T {
  return value => {
    const text = toText(value);
    const word = words.find(candidate => candidate === text);
    if (word !== undefined) return word;
    throw new RangeError(`Expected ${words.join(' or ')}, found ${describeValue(value)}`);
  };
}

function between(least: number, most: number): (value: Value) => number {
  return value => {
    const number = toInteger(value);
    if (number >= least && number <= most) return number;
    throw new RangeError(`Expected a number from ${least} to ${most}, found ${number}`);
  };
}
