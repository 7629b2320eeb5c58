import { requirements } from './requirements.ts';
import type { Spec, ValuesOf } from './spec.ts';

/**
 * Variables of the inventory that are no keys of config.yaml, without their prefix `homelab_agent_`: those that
 * homelab-deploy and the role both read.
 */
export const deploymentVariables = {
  state: {
    kind: 'choice',
    choices: ['present', 'absent'],
    default: 'present',
    about:
      'Whether the agent is installed or uninstalled (by the role; homelab-deploy has a command for that).',
  },
  runtime: {
    kind: 'choice',
    choices: ['bundled', 'system'],
    default: 'bundled',
    about: `The Node that is installed with the agent, or the server's own, ${requirements.node} or newer.`,
  },
  gate_seconds: {
    kind: 'integer',
    min: 0,
    max: 600,
    unit: 'seconds',
    default: 5,
    about: 'Seconds that a new release has to stay up before it counts as live.',
  },
  require_beat: {
    kind: 'flag',
    default: false,
    about: 'Whether a new release also has to get a heartbeat accepted by the hub, within 90 s.',
  },
  keep_releases: {
    kind: 'integer',
    min: 2,
    max: 100,
    unit: 'releases',
    default: 5,
    about: 'How many releases stay on the server for a rollback.',
  },
  takeover: {
    kind: 'choice',
    choices: ['keep', 'replace'],
    default: 'keep',
    about:
      'Whether to refuse a change that would drop what the agent on the server was set to and the inventory does not say (api_token, server_guid, mode, entries of monitored_services), or to replace it.',
  },
  despite_storage: {
    kind: 'flag',
    default: false,
    about:
      'Whether to change a server although a file system there is read-only or has errors that ext4 recorded.',
  },
  optional: {
    kind: 'flag',
    default: false,
    about:
      'Whether the server may be switched off: unreachable, it is skipped and does not count as failed.',
  },
} as const satisfies Readonly<Record<string, Spec>>;

export type DeploymentValues = ValuesOf<typeof deploymentVariables>;

/** Variables that only the role reads. homelab-deploy knows their names, so that one inventory serves both. */
export const roleVariables = {
  purge: {
    kind: 'flag',
    default: false,
    about: 'With state absent: whether configuration, state, user and group are removed as well.',
  },
  dist_dir: {
    kind: 'text',
    pattern: /^[/~].*$/u,
    expected: 'an absolute path on the controller',
    example: '/srv/homelab-agent/dist',
    default: '{{ role_path }}/../../../dist',
    about: 'Where `homelab-deploy build` put the artifact and the runtimes, on the controller.',
  },
  dist_url: {
    kind: 'text',
    // Without a user and password, which a failed download would show.
    pattern: /^https?:\/\/[^\s/?#@]+\/[^\s]*\.tar$/u,
    expected: 'a URL without a password that starts with http:// or https:// and ends in .tar',
    example: 'https://files.home.lan/homelab-agent-dist-0.1.0.tar',
    about:
      'Where the controller downloads the archive that `homelab-deploy build` writes, in place of dist_dir.',
  },
  dist_checksum: {
    kind: 'text',
    pattern: /^sha256:[0-9a-fA-F]{64}$/u,
    expected: '"sha256:" and 64 hexadecimal digits',
    example: 'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    about: 'The digest of that archive; required with dist_url.',
  },
  secure_logging: {
    kind: 'flag',
    default: true,
    about: 'Hide the results of tasks that handle secrets.',
  },
  mask_diff: {
    kind: 'flag',
    default: true,
    about:
      'Hide the lines of config.yaml from --diff; to see them, secure_logging has to be false as well.',
  },
} as const satisfies Readonly<Record<string, Spec>>;

/** Variables of site.yml and rollback.yml, not of the role itself. */
export const playbookVariables = ['serial', 'rollback_release'] as const;
