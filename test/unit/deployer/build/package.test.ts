import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { publint } from 'publint';
import { findHome, type Home } from '../../../../deployer/build/home.ts';
import { joinProbe, readProbe } from '../../../../deployer/build/installer.ts';
import { readManifest } from '../../../../deployer/build/manifest.ts';
import { cacheDirectory } from '../../../../deployer/lib/xdg.ts';
import { need } from '../../../support/need.ts';
import { Installed, NODE_VERSIONS, packPackage } from '../../../support/npm-package.ts';

const PROGRAMS = ['homelab-deploy', 'homelab-agent'];

suite('the package that npm pack makes', () => {
  let directory: string;
  let home: Home;
  let tarball: string;
  let here: Installed;
  /** The package as it was installed. */
  let root: string;

  before(async () => {
    home = await findHome();
    directory = await mkdtemp(join(tmpdir(), 'package-'));
    tarball = await packPackage(directory);
    here = await Installed.from(tarball, join(directory, 'here'), process.versions.node);
    root = join(here.prefix, 'lib', 'node_modules', 'homelab-agent');
  });
  after(() => rm(directory, { recursive: true }));

  test('is as publint wants it', async () => {
    const { messages } = await publint({
      pack: { tarball: new Uint8Array(await readFile(tarball)).buffer },
      strict: true,
    });
    assert.deepEqual(messages, []);
  });

  test('needs no other package and runs nothing when it is installed', async () => {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    assert.deepEqual(
      ['dependencies', 'optionalDependencies', 'peerDependencies'].filter(key => key in manifest),
      [],
    );
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare'];
    assert.deepEqual(
      hooks.filter(name => name in manifest.scripts),
      [],
    );
    assert.deepEqual(await readdir(join(here.prefix, 'lib', 'node_modules')), ['homelab-agent']);
  });

  test('brings a manual page with the help of every command, and no line that troff would read', async () => {
    const page = await readFile(join(here.prefix, 'share/man/man1/homelab-deploy.1'), 'utf8');
    assert.match(page, /^\.SH "HOMELAB-DEPLOY ROLLBACK"\n\.nf\nUsage: homelab\\-deploy rollback/m);
    assert.match(page, /^ {2}\$ homelab\\-deploy push nas\\-1 \\\(aqpi\*\\\(aq {2,}only these$/m);
    const requests = new Set(page.match(/^[.'].{0,3}/gm));
    assert.deepEqual([...requests].sort(), ['.SH ', '.TH ', '.fi', '.nf']);
  });

  for (const version of NODE_VERSIONS) {
    const needs = version.startsWith('26.') ? need('Node 26') : {};
    test(`installs globally and works from any directory on Node ${version}`, needs, async () => {
      const empty = await mkdtemp(join(directory, 'empty-'));
      const installed = await Installed.from(tarball, join(directory, version), version);
      for (const name of PROGRAMS) {
        const { stdout, stderr } = await installed.run(empty, name, '--version');
        assert.ok(stdout.endsWith(home.version), `${name}: ${stdout}${stderr}`);
      }
      // Reads the inventory, asks the hub and connects by SSH: nothing listens there.
      await writeFile(join(empty, 'inventory.yaml'), NOWHERE);
      const check = await installed.run(empty, 'homelab-deploy', 'push', '--all', '--check');
      assert.match(check.stdout, /^nas-1 +unreachable .*127\.0\.0\.1/m, check.stderr);
      assert.equal(check.exitCode, 3);
      const once = await installed.run(empty, 'homelab-agent', 'check-config', 'none.yaml');
      assert.match(once.stderr, /none\.yaml/);
    });
  }

  test('has programs that say plainly that a Node is too old for them', async () => {
    // An older Node as the programs see it: the real one with another version's number.
    const old = join(directory, 'old');
    await mkdir(old);
    await writeFile(
      join(directory, 'older.cjs'),
      "Object.defineProperty(process.versions, 'node', { value: '22.18.9' });",
    );
    await writeFile(
      join(old, 'node'),
      `#!/bin/sh\nexec ${process.execPath} -r ${join(directory, 'older.cjs')} "$@"\n`,
    );
    await chmod(join(old, 'node'), 0o755);
    for (const name of PROGRAMS) {
      const { exitCode, stderr } = await execa(join(here.prefix, 'bin', name), ['--version'], {
        env: { PATH: `${old}:${process.env['PATH']}` },
        reject: false,
      });
      assert.equal(exitCode, 1);
      assert.equal(stderr, `${name} needs Node 22.19 or newer, found 22.18.9`);
    }
    // A clone has a Node of its own, and gives its exit code.
    const clone = ['deployer/bin.mjs', 'nothing'];
    const { exitCode, stderr } = await execa(join(old, 'node'), clone, { reject: false });
    assert.match(stderr, /^homelab-deploy: Unknown command nothing;/);
    assert.equal(exitCode, 2);
  });

  test('builds the same artifact as the sources it was packed from', async () => {
    const out = join(directory, 'out');
    const program = join(here.prefix, 'bin', 'homelab-deploy');
    await execa(process.execPath, [program, 'build', '--arch', 'x64', '--out', out], {
      env: { XDG_CACHE_HOME: dirname(cacheDirectory({ env: process.env, home: homedir() })) },
    });
    const { artifact, runtimes } = await readManifest(out);
    const mine = await readFile(join(home.packaged, artifact.file));
    assert.deepEqual(await readFile(join(out, artifact.file)), mine);
    assert.deepEqual(Object.keys(runtimes), ['x64']);
  });

  test('has the script that asks a server for its facts, in one piece', async () => {
    const packaged = join(root, 'dist', 'npm');
    const probe = await readProbe({ ...home, sources: false, packaged });
    assert.equal(probe, await joinProbe('.'));
  });

  test('brings no sources, no tests and no runtime', async () => {
    const find = ['.', '-name', '*.ts', '-o', '-name', '*.map', '-o', '-size', '+3M'];
    const { stdout } = await execa('find', find, { cwd: root });
    assert.equal(stdout, '');
  });

  test('brings the licence of each package that is in its programs', async () => {
    for (const [program, name] of [
      ['homelab-deploy', 'ssh2'],
      ['homelab-agent', 'systeminformation'],
    ]) {
      const text = await readFile(join(root, 'dist', 'npm', `LICENSES-${program}`), 'utf8');
      assert.match(text, new RegExp(`^${name} \\S+ \\(MIT\\)$`, 'm'));
    }
  });
});

const NOWHERE = `all:
  vars:
    homelab_agent_hub_url: http://127.0.0.1:1
    homelab_agent_api_key: key
    ansible_port: 1
    ansible_user: nobody
  hosts:
    nas-1: {ansible_host: 127.0.0.1}
`;
