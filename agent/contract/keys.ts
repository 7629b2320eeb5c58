import type { Spec, ValuesOf } from './spec.ts';

/** Without control characters, which Python and JSON Schema cannot name as \p{Cc}. */
const PATH = /^\/[^\x00-\x1f\x7f-\x9f]*$/u;

/** Printable ASCII without a space at either end: what an HTTP header carries unchanged. */
const HEADER_VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/u;
const HEADER_VALUE_WORDS = 'printable ASCII characters without a space at either end';

/**
 * Every key of the agent's config.yaml, in the order in which it is written. With `homelab_agent_` before it, each is a
 * variable of the inventory and of the Ansible role. `npm run generate` writes the files that repeat this table.
 */
export const keys = {
  hub_url: {
    kind: 'text',
    required: true,
    // Scheme, host, port up to 65535, path; no user, query or fragment.
    pattern:
      /^[Hh][Tt][Tt][Pp][Ss]?:\/\/(\[[0-9A-Fa-f:.]+\]|[^\s/?#@:[\]]+)(:([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?(\/[^\s?#]*)?$/u,
    expected: 'a URL that starts with http:// or https://, such as "http://hub.home.lan:8080"',
    example: 'http://hub.home.lan:8080',
    about:
      "Where the hub listens: its own port, not a proxy's, which would hide this server's address.",
  },
  server_id: {
    kind: 'text',
    required: true,
    // The hub's own rule; anything else would cost every beat a 422.
    pattern: /^[a-z0-9-]{1,100}$/u,
    expected: '1 to 100 lower-case letters, digits and hyphens, such as "nas-1"',
    example: 'nas-1',
    about: "This server's name on the hub, which must not change once the hub knows it.",
  },
  api_key: {
    kind: 'text',
    secret: true,
    pattern: HEADER_VALUE,
    expected: HEADER_VALUE_WORDS,
    example: 'the-key-that-the-hub-was-started-with',
    placeholder: 'put-the-api-key-of-your-hub-here',
    about: "The hub's shared key; either this or api_token is required.",
  },
  api_token: {
    kind: 'text',
    secret: true,
    pattern: HEADER_VALUE,
    expected: HEADER_VALUE_WORDS,
    example: 'hlh_ag_…',
    placeholder: 'your-api-key-here',
    about: 'The token of this server alone, which the hub wants together with server_guid.',
  },
  server_guid: {
    kind: 'text',
    pattern:
      /^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}$/u,
    expected: 'a version 4 UUID, such as "5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a"',
    example: '5f0c2f6e-9d3b-4c55-8f1e-0a6d3f7c1b2a',
    about:
      'The identity under which the hub keeps the history of this server; left out, the agent keeps the one that it has, or derives one from server_id.',
  },
  heartbeat_interval: {
    kind: 'integer',
    min: 5,
    // The hub calls a server offline after 180 s of silence, so anything slower would flap.
    max: 150,
    unit: 'seconds',
    default: 60,
    about: 'Seconds between two heartbeats.',
  },
  monitored_services: {
    kind: 'list',
    maxItems: 200,
    // A systemd unit as the hub shows it: never an option of systemctl, never two lines.
    pattern: /^[^-\s\x00-\x1f\x7f-\x9f][^\s\x00-\x1f\x7f-\x9f]{0,254}$/u,
    items: 'unit names',
    expected: 'a unit name without a space, such as "ssh"',
    example: ['ssh', 'docker'],
    default: [],
    about:
      "systemd units whose state each heartbeat reports, named exactly as on the hub, where ssh and ssh.service are two services; storage-health is the agent's own report on storage.",
  },
  mode: {
    kind: 'choice',
    choices: ['readonly', 'readwrite'],
    default: 'readonly',
    about:
      'Whether the hub may act on this server by itself over SSH; the agent never runs a command that the hub sends.',
  },
  ca_file: {
    kind: 'text',
    pattern: PATH,
    expected: 'an absolute path',
    example: '/etc/ssl/certs/home-ca.pem',
    about: 'Certificates (PEM) of a private authority, for a hub behind https.',
  },
  backfill: {
    kind: 'integer',
    min: 0,
    max: 60,
    unit: 'heartbeats',
    default: 60,
    about:
      'How many missed heartbeats are kept in memory while the hub is away and sent when it is back.',
  },
  root_mount: {
    kind: 'text',
    pattern: PATH,
    expected: 'an absolute path',
    example: '/srv/data',
    about: 'The mount of which the disk percentage speaks, where it is not the root file system.',
  },
  log_level: {
    kind: 'choice',
    choices: ['error', 'warning', 'info', 'debug'],
    default: 'info',
    about: 'How much the agent writes to the journal.',
  },
  core_services: { kind: 'ignored', about: 'Written by the hub for its Python agent.' },
  command_execution: { kind: 'ignored', about: 'A key of the Python agent.' },
  command_execution_enabled: { kind: 'ignored', about: 'Written by the hub for its Python agent.' },
} as const satisfies Readonly<Record<string, Spec>>;

export type Key = keyof typeof keys;
/** A configuration that has passed the check, with the defaults filled in. */
export type Config = ValuesOf<typeof keys>;

/** The keys that have an effect, in their order. */
export type EffectiveKey = {
  [K in Key]: (typeof keys)[K]['kind'] extends 'ignored' ? never : K;
}[Key];
export const effectiveKeys = Object.entries(keys).flatMap(([key, { kind }]) =>
  kind === 'ignored' ? [] : [key],
) as EffectiveKey[];

/** The prefix of a key's variable in the inventory and in the role. */
export const variablePrefix = 'homelab_agent_';
