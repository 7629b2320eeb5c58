import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as hostname from '../../../../agent/collectors/hostname.ts';
import { hostTree } from './support/host-tree.ts';

test('hostname.read() prefers the kernel’s name to the file it was set from', t => {
  const { host } = hostTree(t, {
    'proc/sys/kernel/hostname': 'nas-1\n',
    'etc/hostname': 'old-name\n',
  });
  assert.equal(hostname.read(host), 'nas-1');
});

test('hostname.read() fails where no name was ever set', t => {
  const { host } = hostTree(t, { 'proc/sys/kernel/hostname': '(none)\n' });
  assert.throws(() => hostname.read(host), /Expected a host name/);
});
