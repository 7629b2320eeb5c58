import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { RebootRequired } from '../../../../agent/collectors/reboot-required.ts';
import { type Files, hostTree, write } from './support/host-tree.ts';

const dpkg: Files = { 'var/lib/dpkg/status': '' };
const notifier: Files = { 'etc/kernel/postinst.d/unattended-upgrades': '' };

const read = (t: TestContext, files: Files, inContainer = false): boolean | null =>
  new RebootRequired(hostTree(t, files).host).read(inContainer);

test('reboot_required is the file that packages leave (pitfall 28)', t => {
  const asked = { 'run/reboot-required': '*** System restart required ***\n' };
  assert.equal(read(t, { ...dpkg, ...notifier, ...asked }), true);
  assert.equal(read(t, { ...dpkg, ...asked }), true);
  const others = { 'run/reboot-required.d/x': '', 'run/crond.reboot': '' };
  assert.equal(read(t, { ...dpkg, ...notifier, ...others }), false);
});

test('reboot_required is null where nothing is installed that would write the file (pitfall 28)', t => {
  assert.equal(read(t, dpkg), null);
  for (const path of [
    'usr/share/update-notifier/notify-reboot-required',
    'etc/kernel/postinst.d/update-notifier',
    'etc/kernel/postinst.d/reboot-notifier',
  ]) {
    assert.equal(read(t, { ...dpkg, [path]: '' }), false, path);
  }
  assert.equal(read(t, { ...dpkg, 'etc/kernel/postinst.d/initramfs-tools': '' }), null);
});

test('reboot_required is null in a container and where no dpkg would say it (pitfall 28)', t => {
  const asked = { ...dpkg, ...notifier, 'run/reboot-required': '' };
  assert.equal(read(t, asked, true), null);
  assert.equal(read(t, {}), null);
});

const before = '2026-01-01T00:00:00Z';
const after = '2026-03-01T00:00:00Z';
/** A host that runs `release` since 2026-02-01, and kernels with the time when each was installed. */
const running = (
  release: string,
  kernels: Readonly<Record<string, string>>,
  more: Files = {},
): Files => ({
  ...dpkg,
  'proc/sys/kernel/osrelease': `${release}\n`,
  'proc/stat': `cpu  1 2 3 4\nbtime ${Date.parse('2026-02-01T00:00:00Z') / 1000}\n`,
  ...Object.fromEntries(Object.keys(kernels).map(name => [`boot/vmlinuz-${name}`, ''])),
  'recorded/mtimes.json': JSON.stringify({
    ...Object.fromEntries(
      Object.entries(kernels).map(([name, time]) => [`boot/vmlinuz-${name}`, time]),
    ),
    'etc/kernel/proxmox-boot-pin': after,
  }),
  ...more,
});

for (const [what, release, kernels, expected] of [
  ['Debian', '6.1.0-9-amd64', { '6.1.0-9-amd64': before, '6.1.0-30-amd64': after }, true],
  ['Ubuntu', '6.8.0-49-generic', { '6.11.0-17-generic': after }, true],
  ['Proxmox', '6.8.12-4-pve', { '6.8.12-13-pve': after }, true],
  ['a Raspberry Pi', '6.6.51+rpt-rpi-v8', { '6.6.74+rpt-rpi-v8': after }, true],
  ['a Raspberry Pi’s other kernel', '6.6.51+rpt-rpi-v8', { '6.6.74+rpt-rpi-2712': after }, null],
  ['backports', '6.1.0-30-amd64', { '6.12.9+bpo-amd64': after }, true],
  ['another flavour', '6.1.0-28-amd64', { '6.1.0-30-cloud-amd64': after }, null],
  ['a kernel that was there at the start', '6.1.0-28-amd64', { '6.1.0-30-amd64': before }, null],
  ['an older one, installed again', '6.1.0-28-amd64', { '6.1.0-18-amd64': after }, null],
  ['a kernel of one’s own', '6.9.1', { '6.9.2': after }, null],
] as const) {
  test(`a newer kernel that was installed since the start asks for a restart: ${what}`, t => {
    assert.equal(read(t, running(release, kernels)), expected);
  });
}

test('a pinned kernel of Proxmox is the one that would start', t => {
  const kernels = { '6.8.12-13-pve': after };
  const pinnedTo = (release: string): Files => ({ 'etc/kernel/proxmox-boot-pin': `${release}\n` });
  const host = (pin: Files): Files => running('6.8.12-4-pve', kernels, pin);
  assert.equal(read(t, host(pinnedTo('6.8.12-4-pve'))), null);
  assert.equal(read(t, host(pinnedTo('6.8.12-13-pve'))), true);
  assert.equal(read(t, host(pinnedTo('6.5.13-1-pve'))), true);
});

test('/boot is looked at again only when packages have changed', t => {
  const { host, root } = hostTree(t, running('6.1.0-28-amd64', {}));
  const reboot = new RebootRequired(host);
  assert.equal(reboot.read(false), null);
  const changed = running('6.1.0-28-amd64', { '6.1.0-30-amd64': after });
  write(root, changed);
  assert.equal(reboot.read(false), null);
  const mtimes = { 'boot/vmlinuz-6.1.0-30-amd64': after, 'var/lib/dpkg/status': after };
  write(root, { 'recorded/mtimes.json': JSON.stringify(mtimes) });
  assert.equal(reboot.read(false), true);
});

test('another build of the running kernel, which Debian gives the same name, wants a reboot', t => {
  const release = '6.1.0-28-amd64';
  const host = (version: string): Files => ({
    ...running(release, { [release]: after }),
    'proc/version': `Linux version ${release} (x@y) #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 (2024-11-22)\n`,
    'var/lib/dpkg/status': `Package: bash\nVersion: 1\n\nPackage: linux-image-${release}\nStatus: install ok installed\nVersion: ${version}\n\n`,
  });
  assert.equal(read(t, host('6.1.121-1')), true);
  // Restored, or with other permissions: the file is new, the build is not.
  assert.equal(read(t, host('6.1.119-1')), null);
});
