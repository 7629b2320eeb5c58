import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isUnsure,
  markSecurity,
  parseSecuritySources,
} from '../../../../agent/collectors/apt-policy.ts';

const update = (name: string, current_version: string, new_version: string) => ({
  name,
  current_version,
  new_version,
  repository: 'stable',
  is_security: false,
});

const policy = (name: string, versions: Readonly<Record<string, string>>): string =>
  [
    `${name}:`,
    '  Installed: 1.0',
    '  Candidate: 1.2',
    '  Version table:',
    ...Object.entries(versions).flatMap(([version, source]) => [
      version === '1.0' ? ` *** ${version} 500` : `     ${version} 500`,
      `        500 ${source}`,
    ]),
    '        100 /var/lib/dpkg/status',
    '',
  ].join('\n');

const main = 'http://deb.debian.org/debian bookworm/main amd64 Packages';
const updates = 'http://deb.debian.org/debian bookworm-updates/main amd64 Packages';
const security = 'http://security.debian.org/debian-security bookworm-security/main amd64 Packages';

for (const [what, newest] of [
  ['a point release', main],
  ['stable-updates', updates],
] as const) {
  test(`markSecurity() counts a fix that ${what} has superseded (pitfall 42)`, () => {
    const text = policy('libssl3', { '1.2': newest, '1.1': security, '1.0': main });
    const [found] = markSecurity([update('libssl3', '1.0', '1.2')], text, new Set());
    assert.equal(found?.is_security, true);
    assert.equal(isUnsure([update('libssl3', '1.0', '1.2')], text), false);
  });
}

test('markSecurity() counts no fix that is installed already, and none of another package', () => {
  const text =
    policy('a', { '1.2': main, '1.0': security, '0.9': security }) +
    policy('b:i386', { '1.2': main, '1.1': security, '1.0': main });
  const packages = [update('a', '1.0', '1.2'), update('b', '1.0', '1.2'), update('c', '1', '2')];
  assert.deepEqual(
    markSecurity(packages, text, new Set()).map(each => each.is_security),
    [false, true, false],
  );
});

test('a source whose name says nothing is looked up by its release', () => {
  const flat = 'file:/srv/repo/sec ./ Packages';
  const text = policy('a', { '1.2': main, '1.1': flat, '1.0': main });
  const packages = [update('a', '1.0', '1.2')];
  assert.equal(isUnsure(packages, text), true);
  const sources = parseSecuritySources(`Package files:
 100 /var/lib/dpkg/status
     release a=now
 500 file:/srv/repo/sec ./ Packages
     release v=12,o=Debian,a=stable-security,n=bookworm-security,l=Debian-Security,c=
 500 file:/srv/repo/odd ./ Packages
     release v=1,o=Me,a=stable,n=stable,l=Me, myself (beta),c=
 500 https://esm.ubuntu.com/apps/ubuntu jammy-apps-security/main amd64 Packages
     release v=22.04,o=UbuntuESMApps,a=jammy-apps-security,n=jammy,l=UbuntuESMApps,c=main,b=amd64
     origin esm.ubuntu.com
Pinned packages:
`);
  assert.deepEqual(
    [...sources],
    [flat, 'https://esm.ubuntu.com/apps/ubuntu jammy-apps-security/main amd64 Packages'],
  );
  assert.equal(markSecurity(packages, text, sources)[0]?.is_security, true);
});

test('no second question where nothing stands between what is installed and what apt would install', () => {
  const text = policy('a', { '1.2': main, '1.0': main });
  assert.equal(isUnsure([update('a', '1.0', '1.2')], text), false);
});
