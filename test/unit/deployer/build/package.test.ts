import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { findHome, type Home } from '../../../../deployer/build/home.ts';
import { readManifest } from '../../../../deployer/build/manifest.ts';
import { cacheDirectory } from '../../../../deployer/lib/xdg.ts';

suite('the package that npm pack makes', () => {
  let directory: string;
  let home: Home;
  const bin = (name: string) => join(directory, 'node_modules', '.bin', name);

  before(async () => {
    home = await findHome();
    directory = await mkdtemp(join(tmpdir(), 'package-'));
    await execa(process.execPath, ['deployer/build/build-main.ts'], { cwd: home.root });
    const packed = await execa(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--pack-destination', directory],
      { cwd: home.root },
    );
    const [{ filename }] = JSON.parse(packed.stdout);
    await writeFile(join(directory, 'package.json'), '{"private":true}');
    await execa(
      'npm',
      [
        'install',
        '--prefer-offline',
        '--omit=optional',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        `./${filename}`,
      ],
      { cwd: directory, timeout: 120_000 },
    );
  });
  after(() => rm(directory, { recursive: true }));

  test('has two programs that know their version', async () => {
    for (const name of ['homelab-deploy', 'homelab-agent']) {
      const { stdout } = await execa(bin(name), ['--version'], {
        env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
      });
      assert.ok(stdout.endsWith(home.version), `${name}: ${stdout}`);
    }
  });

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
    for (const name of ['homelab-deploy', 'homelab-agent']) {
      const { exitCode, stderr } = await execa(bin(name), ['--version'], {
        env: { PATH: `${old}:${process.env['PATH']}` },
        reject: false,
      });
      assert.equal(exitCode, 1);
      assert.equal(stderr, `${name} needs Node 22.19 or newer, found 22.18.9`);
    }
  });

  test('builds the same artifact as the sources it was packed from', async () => {
    const out = join(directory, 'out');
    await execa(process.execPath, [bin('homelab-deploy'), 'build', '--arch', 'x64', '--out', out], {
      env: { XDG_CACHE_HOME: dirname(cacheDirectory({ env: process.env, home: homedir() })) },
    });
    const { artifact, runtimes } = await readManifest(out);
    const mine = await readFile(join(home.packaged, artifact.file));
    assert.deepEqual(await readFile(join(out, artifact.file)), mine);
    assert.deepEqual(Object.keys(runtimes), ['x64']);
  });

  test('brings no sources, no tests and no runtime', async () => {
    const root = join(directory, 'node_modules', 'homelab-agent');
    const { stdout } = await execa('find', ['.', '-name', '*.ts', '-o', '-size', '+2M'], {
      cwd: root,
    });
    assert.equal(stdout, '');
  });
});
