import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rebootRequired from '../../../../agent/collectors/reboot-required.ts';
import { hostTree } from './support/host-tree.ts';

test('reboot_required is the one file that packages leave (pitfall 28)', t => {
  const dpkg = { 'var/lib/dpkg/status': '' };
  const asked = hostTree(t, {
    ...dpkg,
    'run/reboot-required': '*** System restart required ***\n',
  });
  assert.equal(rebootRequired.read(asked.host, false), true);
  const calm = hostTree(t, { ...dpkg, 'run/reboot-required.d/x': '', 'run/crond.reboot': '' });
  assert.equal(rebootRequired.read(calm.host, false), false);
});

test('reboot_required is null in a container and where no dpkg would say it (pitfall 28)', t => {
  const asked = hostTree(t, { 'var/lib/dpkg/status': '', 'run/reboot-required': '' });
  assert.equal(rebootRequired.read(asked.host, true), null);
  assert.equal(rebootRequired.read(hostTree(t, {}).host, false), null);
});
