import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environmentConfig } from '../../../../agent/config/environment-config.ts';

test('environmentConfig() reads what the Python agent read', () => {
  const { config, warnings } = environmentConfig(
    {
      HOMELAB_AGENT_HUB_URL: 'http://hub:8080',
      HOMELAB_AGENT_API_KEY: 'k',
      HOMELAB_AGENT_API_TOKEN: 't',
      HOMELAB_AGENT_SERVER_GUID: '9D3B65E0-E08C-4E6D-8F0F-648489F66FA0',
      HOMELAB_AGENT_HEARTBEAT_INTERVAL: '30',
      HOMELAB_AGENT_MONITORED_SERVICES: 'ssh.service, nginx,,',
      HOMELAB_AGENT_MODE: 'readwrite',
      HOMELAB_AGENT_COMMAND_EXECUTION: 'true',
      HOMELAB_AGENT_USE_SUDO: 'true',
      HOMELAB_AGENT_COMMAND_TIMEOUT: '30',
    },
    'NAS.home.lan',
  );
  assert.deepEqual(config, {
    hub_url: 'http://hub:8080',
    api_key: 'k',
    api_token: 't',
    server_guid: '9d3b65e0-e08c-4e6d-8f0f-648489f66fa0',
    heartbeat_interval: 30,
    monitored_services: ['ssh.service', 'nginx'],
    mode: 'readwrite',
    server_id: 'nas-home-lan',
    backfill: 60,
    log_level: 'info',
  });
  assert.deepEqual(warnings, []);
});

test('environmentConfig() names the variable that is wrong', () => {
  const wrong = { HOMELAB_AGENT_HUB_URL: 'hub', HOMELAB_AGENT_HEARTBEAT_INTERVAL: '1m' };
  assert.throws(() => environmentConfig(wrong, 'nas'), {
    name: 'ConfigError',
    problems: [
      'HOMELAB_AGENT_HUB_URL: Expected a URL that starts with http:// or https://, such as "http://hub.home.lan:8080", found "hub"',
      'HOMELAB_AGENT_HEARTBEAT_INTERVAL: Expected a whole number of seconds from 5 to 150, found "1m"',
      "HOMELAB_AGENT_API_KEY: Expected the hub's shared key here, or a token in HOMELAB_AGENT_API_TOKEN, found neither",
    ],
  });
});
