import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../../agent/config/parse-config.ts';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import type { AgentSettings } from '../../../../deployer/inventory/settings/agent-settings.ts';
import { configYaml } from '../../../../deployer/plan/config-yaml.ts';

const LEAST: AgentSettings = {
  hub_url: 'http://hub.home.lan:8080',
  server_id: 'nas-1',
  api_key: new Secret('abc123'),
  heartbeat_interval: 60,
  monitored_services: [],
  mode: 'readonly',
  backfill: 60,
  log_level: 'info',
};
const reveal = (secret: Secret): string => secret.reveal();

test('configYaml() writes the defaults, leaves out what has no value, and ends in one newline', () => {
  assert.equal(
    configYaml(LEAST, reveal),
    `# Managed by homelab-deploy and the homelab_agent role: a change made here is replaced by the next run.
# Change the inventory instead. What each key means: config.yaml.example beside the agent.
hub_url: "http://hub.home.lan:8080"
server_id: "nas-1"
api_key: "abc123"
heartbeat_interval: 60
monitored_services: []
mode: "readonly"
backfill: 60
log_level: "info"
`,
  );
});

test('configYaml() keeps the order of the schema and quotes every text', () => {
  const all: AgentSettings = {
    ...LEAST,
    api_token: new Secret('to"ken\\'),
    server_guid: '5F0C2F6E-9d3b-4c55-8f1e-0a6d3f7c1b2a',
    monitored_services: ['ssh.service', 'größe'],
    ca_file: '/etc/ssl/yes',
    root_mount: '/srv/data',
    heartbeat_interval: 30,
    backfill: 0,
  };
  const text = configYaml(all, reveal);
  assert.deepEqual(text.split('\n').slice(2), [
    'hub_url: "http://hub.home.lan:8080"',
    'server_id: "nas-1"',
    'api_key: "abc123"',
    'api_token: "to\\"ken\\\\"',
    'server_guid: "5F0C2F6E-9d3b-4c55-8f1e-0a6d3f7c1b2a"',
    'heartbeat_interval: 30',
    'monitored_services:',
    '  - "ssh.service"',
    '  - "größe"',
    'mode: "readonly"',
    'ca_file: "/etc/ssl/yes"',
    'backfill: 0',
    'root_mount: "/srv/data"',
    'log_level: "info"',
    '',
  ]);
});

test('configYaml() writes what the agent reads', () => {
  const { config } = parseConfig(configYaml(LEAST, reveal), 'config.yaml');
  assert.deepEqual(config, { ...LEAST, api_key: 'abc123' });
});

test('configYaml() shows a mask where it is asked to', () => {
  assert.match(configYaml(LEAST, String), /^api_key: "\[REDACTED\]"$/m);
});
