import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, simulation } from '../../../../agent/collectors/apt-simulation.ts';

test('parse() reads name, versions, suites and whether it is a security update', () => {
  assert.deepEqual(
    parse(`Inst libssl3 [3.0.11-1] (3.0.13-1 Debian:12.5/stable, Debian-Security:12/stable-security [amd64])
Inst base-files [12.4] (12.4+deb12u5 Debian:12.5/stable [amd64])
Conf libssl3 (3.0.13-1 Debian:12.5/stable [amd64])
`),
    [
      {
        name: 'libssl3',
        current_version: '3.0.11-1',
        new_version: '3.0.13-1',
        repository: 'stable,stable-security',
        is_security: true,
      },
      {
        name: 'base-files',
        current_version: '12.4',
        new_version: '12.4+deb12u5',
        repository: 'stable',
        is_security: false,
      },
    ],
  );
});

test('parse() finds security in the origin alone, never in a package’s name (pitfall 27)', () => {
  const [mod, esm, ubuntu] =
    parse(`Inst libapache2-mod-security2 [2.9.5-1] (2.9.7-1 Debian:12.5/stable [amd64])
Inst ffmpeg [4.4.1] (4.4.2+esm1 UbuntuESMApps:22.04/jammy-apps-security [amd64])
Inst bash [5.1-6] (5.1-6ubuntu1 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
`);
  assert.equal(mod?.is_security, false);
  assert.equal(esm?.is_security, true);
  assert.equal(ubuntu?.is_security, true);
});

test('parse() counts a package of two architectures once (pitfall 27)', () => {
  const packages = parse(`Inst libc6 [2.36-9] (2.36-10 Debian:12.5/stable [amd64]) [libc6:i386 ]
Inst libc6:i386 [2.36-9] (2.36-10 Debian:12.5/stable [i386])
`);
  assert.deepEqual(
    packages.map(each => each.name),
    ['libc6'],
  );
});

test('parse() counts no package that is new', () => {
  assert.deepEqual(
    parse('Inst linux-image-6.1.0-18-amd64 (6.1.76-1 Debian:12.5/stable [amd64])\n'),
    [],
  );
});

test('parse() reads labels with spaces, as of Proxmox and Docker, and a package without an origin', () => {
  const repositories = parse(`Inst pve-manager [8.1] (8.2 Proxmox Debian Repository:stable [amd64])
Inst docker-ce [5:24] (5:25 Docker CE:bookworm [amd64])
Inst local [1] (2 localhost [all])
`).map(each => each.repository);
  assert.deepEqual(repositories, ['stable', 'bookworm', 'localhost']);
});

test('parse() reads past brackets and commas in a label, to the security suite after it', () => {
  const [parens, comma, bracket] =
    parse(`Inst a [1] (2 My Repo (stable):1.0/stable, Debian-Security:12/stable-security [amd64])
Inst b:i386 [1] (2 Me, myself (x):1/beta, Debian-Security:12/stable-security [i386]) [c:amd64 ]
Inst c [1] (2 Odd [x]:edge [all]) []
`);
  assert.deepEqual([parens?.repository, parens?.is_security], ['stable,stable-security', true]);
  assert.deepEqual([comma?.repository, comma?.is_security], ['beta,stable-security', true]);
  assert.equal(bracket?.repository, 'edge');
});

test('parse() counts no downgrade', () => {
  const names = parse(`Inst foo [2.0] (1.0 My Repo:stable [amd64])
Inst bar [1:1.0] (2.0 My Repo:stable [amd64])
Inst baz [1.0~rc1] (1.0 My Repo:stable [amd64])
`).map(each => each.name);
  assert.deepEqual(names, ['baz']);
});

test('the simulation takes no lock and leaves held and phased packages to apt (pitfall 27)', () => {
  assert.ok(simulation.includes('Debug::NoLocking=true'));
  assert.ok(simulation.includes('-s'));
  assert.equal(simulation.at(-1), 'dist-upgrade');
});
