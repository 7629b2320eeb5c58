import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hubFindings } from '../../../../../deployer/commands/doctor/hub-findings.ts';
import { settingsOf, VALID } from '../../inventory/settings-rig.ts';

test('hubFindings() notes the servers that carry the hub’s own key', async () => {
  const carrier = await settingsOf(`${VALID}  hosts: {nas-1: }\n`);
  const own = await settingsOf(
    `all: {hosts: {nas-2: {homelab_agent_hub_url: "http://hub:8080", homelab_agent_api_token: hlh_ag_1}}}\n`,
  );
  const both = await settingsOf(
    `${VALID}    homelab_agent_api_token: hlh_ag_1\n  hosts: {pi-1: }\n`,
  );
  const given = { inventory: ['hosts.yml'] };
  const found = hubFindings([carrier, own, both], new Map(), [], given).slice(-2);
  assert.deepEqual(
    found.map(({ level }) => level),
    ['warn', 'warn'],
  );
  assert.match(
    found[0]?.text ?? '',
    /own key goes to nas-1: "homelab-deploy enroll nas-1 -i hosts\.yml" gives each a token/,
  );
  assert.match(found[1]?.text ?? '', /own key goes to pi-1 beside a token: once every server has/);
});

test('hubFindings() fails for what the hub refuses and warns of what cannot be asked from here', () => {
  const views = new Map([
    ['nas-1', { kind: 'trouble', reason: '401', answered: true, cause: 'unauthorized' }],
    ['nas-2', { kind: 'trouble', reason: 'No answer', answered: false, cause: 'timeout' }],
    ['nas-3', { kind: 'trouble', reason: 'No key', answered: true }],
  ] as const);
  const check = { kind: 'refuses', reason: '401', cause: 'unauthorized' } as const;
  const found = hubFindings([], views, [{ hubUrl: 'http://hub', hosts: ['nas-1'], check }], {});
  assert.deepEqual(
    found.map(({ level, text }) => [level, text]),
    [
      ['fail', 'No heartbeat of nas-1 would be accepted: 401'],
      ['fail', '401'],
      ['warn', 'No answer'],
      ['warn', 'No key'],
    ],
  );
});

test('hubFindings() fails for servers that were removed on the hub', () => {
  const server = { id: 'nas-1', status: 'offline', last_seen: null, is_inactive: true };
  const views = new Map([['nas-1', { kind: 'known', server, age: Number.NaN }]] as const);
  assert.deepEqual(
    hubFindings([], views, [], {}).map(({ level, text }) => `${level} ${text.slice(0, 43)}`),
    [
      'pass The hub answers and knows 1 of 1 server',
      'fail Removed on the hub, which refuses their hea',
    ],
  );
});
