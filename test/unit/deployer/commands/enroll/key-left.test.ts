import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyLeft } from '../../../../../deployer/commands/enroll/key-left.ts';
import { inventoryOf } from '../../inventory/settings-rig.ts';

const TOKEN = '{homelab_agent_api_token: t}';
const { hosts } = await inventoryOf(
  `all: {hosts: {nas-1: , nas-2: , pi-1: ${TOKEN}}, vars: {homelab_agent_api_key: k}}\n`,
);

test('the servers that still need the key are enrolled before it is renamed', () => {
  const left = keyLeft(hosts, [{ host: 'nas-1', outcome: 'changed' }]);
  assert.match(left, /key to nas-1: first "homelab-deploy enroll nas-2", then rename /);
  const failed = keyLeft(hosts, [
    { host: 'nas-1', outcome: 'changed' },
    { host: 'nas-2', outcome: 'unreachable' },
  ]);
  assert.equal(failed, left);
});

test('the key can be renamed once every server has a token', () => {
  const left = keyLeft(hosts, [
    { host: 'nas-1', outcome: 'changed' },
    { host: 'nas-2', outcome: 'changed' },
  ]);
  assert.match(left, /key to nas-1, nas-2: rename homelab_agent_api_key to /);
});

test('nothing is said of the key where no enrolment went well', () => {
  assert.equal(keyLeft(hosts, [{ host: 'nas-1', outcome: 'failed' }]), '');
});
