import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyLeft } from '../../../../../deployer/commands/enroll/key-left.ts';
import { inventoryOf } from '../../inventory/settings-rig.ts';

const TOKEN = '{homelab_agent_api_token: t}';
const { hosts } = await inventoryOf(
  `all: {hosts: {nas-1: , nas-2: , pi-1: ${TOKEN}}, vars: {homelab_agent_api_key: k}}\n`,
);

test('the servers that still need the key are enrolled before it is renamed', () => {
  const given = { vaultPasswordFile: ['vp'] };
  const left = keyLeft(hosts, [{ host: 'nas-1', outcome: 'changed' }], given);
  const enroll = 'homelab-deploy enroll nas-2 --vault-password-file vp';
  assert.ok(left.includes(`key to nas-1: first "${enroll}", then rename `), left);
  const ended = [
    { host: 'nas-1', outcome: 'changed' },
    { host: 'nas-2', outcome: 'unreachable' },
  ] as const;
  const failed = keyLeft(hosts, ended, given);
  assert.equal(failed, left);
});

test('the key can be renamed once every server has a token', () => {
  const ended = [
    { host: 'nas-1', outcome: 'changed' },
    { host: 'nas-2', outcome: 'changed' },
  ] as const;
  const left = keyLeft(hosts, ended, {});
  assert.match(left, /key to nas-1, nas-2: rename homelab_agent_api_key to /);
});

test('nothing is said of the key where no enrolment went well', () => {
  assert.equal(keyLeft(hosts, [{ host: 'nas-1', outcome: 'failed' }], {}), '');
});
