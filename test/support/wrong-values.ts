const NOT_TEXT = ['[a]', '{a: b}', '5', 'true', '1.5'];

/** Values that a variable must not have, as YAML in one line, by the variable's name without its prefix. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  hub_url: [
    ...NOT_TEXT,
    "''",
    'hub:8080',
    'ftp://hub',
    '"http://u:p@hub"',
    '"http://hub/?a"',
    '"http://hub/#a"',
    '"http://"',
    '"http://hub:99999"',
    '" http://hub"',
    '"http://hub "',
  ],
  server_id: [...NOT_TEXT, "''", 'NAS', '"nas 1"', 'nas.home', 'a'.repeat(101), '~'],
  api_key: [
    ...NOT_TEXT,
    '2026-01-01',
    "''",
    '" a"',
    '"a "',
    'größe',
    'put-the-api-key-of-your-hub-here',
  ],
  api_token: [...NOT_TEXT, "''", '" a"', 'your-api-key-here'],
  server_guid: [...NOT_TEXT, "''", 'nas-1', '5f0c2f6e-9d3b-1c55-8f1e-0a6d3f7c1b2a'],
  heartbeat_interval: ['x', '[60]', '{a: 1}', 'true', '4', '151', '1.5', '~', '-60', "''"],
  monitored_services: [
    'ssh.service',
    '{a: b}',
    '5',
    'true',
    '[5]',
    '[[a]]',
    '["a b"]',
    '[-a]',
    '[2026-01-01]',
    '[""]',
    '~',
    "''",
    JSON.stringify(Array.from({ length: 201 }, (_, at) => `a${at}`)),
  ],
  mode: [...NOT_TEXT, "''", 'readwrit', '~'],
  ca_file: ['[a]', '{a: b}', '5', 'true', 'ca.pem'],
  backfill: ['x', '[1]', 'true', '-1', '61', '~'],
  root_mount: ['[a]', '{a: b}', '5', 'true', 'srv'],
  log_level: [...NOT_TEXT, "''", 'warn', '~'],
  runtime: [...NOT_TEXT, "''", 'node', '~'],
  gate_seconds: ['x', '-1', '601', '[5]', '~'],
  require_beat: ['maybe', '[true]', '5', 'y', 't', '" yes "', '~'],
  keep_releases: ['x', '1', '101', '~'],
  optional: ['maybe', '[true]', 'y', '~'],
  despite_storage: ['y', '~'],
  takeover: ['x', '~'],
  state: ['gone', '[present]', '~'],
  hub_ulr: ['http://hub'],
};

export interface WrongValue {
  readonly host: string;
  readonly variable: string;
  readonly value: string;
}

/** The same as one server a value, so that one inventory holds them all. */
export const wrongValues: readonly WrongValue[] = Object.entries(WRONG)
  .flatMap(([key, values]) => values.map(value => ({ variable: `homelab_agent_${key}`, value })))
  .map((wrong, at) => ({ host: `wrong-${at}`, ...wrong }));

/** An inventory with a server `right`, whose variables are as they should be, and one for each wrong value. */
export function wrongInventory(): string {
  const hosts = wrongValues.map(
    ({ host, variable, value }) => `    ${host}:\n      ${variable}: ${value}\n`,
  );
  return [
    'all:',
    '  vars:',
    '    ansible_connection: local',
    '    ansible_become: false',
    '    homelab_agent_hub_url: http://hub:8080',
    '    homelab_agent_api_key: key',
    '  hosts:',
    '    right: {}',
    hosts.join(''),
  ].join('\n');
}
