import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../../agent/config/parse-config.ts';

test('a Python agent that the hub deployed with a token: keys sorted, as PyYAML writes them', () => {
  const text = `api_token: hlh_ag_9d3b65e0_0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
command_execution_enabled: false
core_services: []
heartbeat_interval: 60
hub_url: http://192.168.1.10:8080
mode: readonly
monitored_services: []
server_guid: 9d3b65e0-e08c-4e6d-8f0f-648489f66fa0
server_id: omv-mediaserver
`;
  const { config, warnings } = parseConfig(text, 'config.yaml');
  assert.equal(config.server_guid, '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0');
  assert.equal(config.server_id, 'omv-mediaserver');
  assert.match(config.api_token ?? '', /^hlh_ag_/);
  assert.deepEqual(warnings, []);
});

test('a Python agent that may run commands: read without complaint, and without effect', () => {
  const text = `# HomelabCmd Agent Configuration
hub_url: "http://homelab-cmd.home.lan:8080"
server_id: "omv-mediaserver"
api_key: "dev-key-change-me"
heartbeat_interval: 60  # seconds
monitored_services:
  - nginx
  - docker.service
mode: readwrite
command_execution:
  enabled: true
  use_sudo: true
  timeout_seconds: 30
`;
  const { config, warnings } = parseConfig(text, 'config.yaml');
  assert.deepEqual(config.monitored_services, ['nginx', 'docker.service']);
  assert.equal(config.mode, 'readwrite');
  assert.deepEqual(warnings, []);
});

test('the configuration of US0004, as it stands there', () => {
  const text = `# /etc/homelab-agent/config.yaml
hub_url: "http://homelab-cmd.home.lan:8080"
server_id: "omv-mediaserver"
api_key: "your-api-key-here"
heartbeat_interval: 60  # seconds
monitored_services: []  # EP0003 - empty for MVP
`;
  assert.equal(parseConfig(text, 'config.yaml').config.api_key, 'your-api-key-here');
});

test('what the hub writes into the file when services are chosen there', () => {
  const text = `api_key: k
core_services:
- sshd
- name: docker
  required: true
heartbeat_interval: 60
hub_url: http://hub:8080
monitored_services:
- sshd
- docker
server_guid: null
server_id: pi-1
`;
  const { config } = parseConfig(text, 'config.yaml');
  assert.deepEqual(config.monitored_services, ['sshd', 'docker']);
  assert.equal(config.server_guid, undefined);
});
