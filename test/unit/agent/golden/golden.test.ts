import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { refusalsOf } from '../../../support/hub-validation.ts';
import { BuiltAgent, fixtureHosts, lasting, readGolden } from './fixture-hosts.ts';

const hosts = await fixtureHosts();

suite('the built agent on recorded hosts', () => {
  let agent: BuiltAgent;

  before(async () => {
    agent = await BuiltAgent.build();
  });
  after(() => agent.remove());

  for (const host of hosts) {
    test(`prints the golden beat of ${host}, and the hub accepts it`, async () => {
      const beat = await agent.print(host);
      assert.deepEqual(lasting(beat), await readGolden(host));
      assert.deepEqual(refusalsOf(beat), []);
    });
  }
});

test('there is a recorded host for each kind of server that a homelab has', () => {
  assert.deepEqual(hosts, [
    'debian-vm',
    'docker-host',
    'dsa-router',
    'fedora-no-apt',
    'lxc',
    'lxc-fresh',
    'nas-failing',
    'nas-quiet',
    'nas-zfs-docker',
    'omv-nas',
    'ostree',
    'proxmox',
    'proxmox-ovs',
    'raspberry-pi',
    'rk3588',
    'threadripper',
    'two-sockets',
    'ubuntu-esm',
    'ubuntu-phased',
  ]);
});
