import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as environment from '../../../../agent/collectors/environment.ts';
import { hostTree } from './support/host-tree.ts';

test('environment.read() knows LXC by lxcfs over /proc/stat (pitfall 2)', t => {
  const { host } = hostTree(t, {
    'proc/self/mounts': 'lxcfs /proc/stat fuse.lxcfs rw,nosuid,nodev,relatime 0 0\n',
  });
  assert.deepEqual(environment.read(host), {
    container: 'lxc',
    lxcfs: true,
    lxcfsHidden: false,
    systemd: false,
    ostree: false,
  });
});

test('environment.read() knows when the unit’s sandbox hides lxcfs (pitfall 2)', t => {
  const { host } = hostTree(t, {
    'run/systemd/container': 'lxc',
    'proc/1/mountinfo':
      '1207 1203 0:63 /proc/stat /proc/stat rw,nosuid - fuse.lxcfs lxcfs rw,user_id=0\n',
    'proc/self/mounts': 'proc /proc proc rw 0 0\n',
  });
  const { lxcfs, lxcfsHidden } = environment.read(host);
  assert.deepEqual([lxcfs, lxcfsHidden], [true, true]);
});

test('environment.read() takes no machine for a container because an image left /.dockerenv', t => {
  const mark = { '.dockerenv': '' };
  const machine = hostTree(t, { ...mark, 'proc/self/mounts': '/dev/vda / ext4 rw 0 0\n' });
  assert.equal(environment.read(machine.host).container, null);
  const docker = hostTree(t, { ...mark, 'proc/self/mounts': 'overlay / overlay rw 0 0\n' });
  assert.equal(environment.read(docker.host).container, 'docker');
});
