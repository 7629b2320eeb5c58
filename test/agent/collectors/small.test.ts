import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as environment from '../../../agent/collectors/environment.ts';
import * as hardwareModel from '../../../agent/collectors/hardware-model.ts';
import * as hostname from '../../../agent/collectors/hostname.ts';
import * as load from '../../../agent/collectors/load.ts';
import * as pressure from '../../../agent/collectors/pressure.ts';
import * as rebootRequired from '../../../agent/collectors/reboot-required.ts';
import * as uptime from '../../../agent/collectors/uptime.ts';
import { hostTree } from './support/host-tree.ts';

test('load.parse() reads the three averages', () => {
  assert.deepEqual(load.parse('0.21 0.37 12.39 1/719 19737\n'), {
    load_1m: 0.21,
    load_5m: 0.37,
    load_15m: 12.39,
  });
});

test('load.parse() refuses two averages, and quotes what it found', () => {
  assert.throws(() => load.parse('0.21 0.37\n'), /found "0\.21 0\.37\\n"/);
});

test('uptime is the kernel’s count of seconds, never the wall clock’s (pitfall 8)', () => {
  assert.equal(uptime.parse('840.41 1560.73\n'), 840.41);
  assert.throws(() => uptime.parse('never\n'), /found "never\\n"/);
});

test('hostname.read() prefers the kernel’s name to the file it was set from', t => {
  const { host } = hostTree(t, {
    'proc/sys/kernel/hostname': 'nas-1\n',
    'etc/hostname': 'old-name\n',
  });
  assert.equal(hostname.read(host), 'nas-1');
});

test('hostname.read() fails where no name was ever set', t => {
  const { host } = hostTree(t, { 'proc/sys/kernel/hostname': '(none)\n' });
  assert.throws(() => hostname.read(host), /none is set/);
});

test('pressure.parse() reads the minute’s averages, and null for a line that is not there', () => {
  const text = 'some avg10=0.00 avg60=1.25 avg300=0.40 total=12345\n';
  assert.deepEqual(pressure.parse(text), { some: 1.25, full: null });
});

test('pressure.read() is null on a kernel without pressure information', t => {
  assert.equal(pressure.read(hostTree(t, {}).host, false), null);
});

test('pressure of a container is that of its own control group', t => {
  const { host } = hostTree(t, {
    'proc/pressure/cpu': 'some avg10=0.00 avg60=90.00 avg300=0.00 total=1\n',
    'sys/fs/cgroup/cpu.pressure': 'some avg10=0.00 avg60=2.00 avg300=0.00 total=1\n',
  });
  assert.equal(pressure.read(host, true)?.cpu_some_avg60, 2);
  assert.equal(pressure.read(host, false)?.cpu_some_avg60, 90);
});

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

test('hardware_model is the board’s name without its closing NUL', t => {
  const { host } = hostTree(t, { 'proc/device-tree/model': 'Raspberry Pi 4 Model B Rev 1.4\0' });
  assert.equal(hardwareModel.read(host), 'Raspberry Pi 4 Model B Rev 1.4');
});

test('hardware_model is maker and product, without a form that nobody filled in', t => {
  const named = hostTree(t, {
    'sys/class/dmi/id/sys_vendor': 'LENOVO\n',
    'sys/class/dmi/id/product_name': '10MQS0DN00\n',
  });
  assert.equal(hardwareModel.read(named.host), 'LENOVO 10MQS0DN00');
  const blank = hostTree(t, {
    'sys/class/dmi/id/sys_vendor': 'To Be Filled By O.E.M.\n',
    'sys/class/dmi/id/product_name': 'Default string\n',
  });
  assert.equal(hardwareModel.read(blank.host), null);
});

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
