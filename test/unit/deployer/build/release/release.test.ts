import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { need } from '../../../../support/need.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
const VERSION = '99.0.0';

suite('npm run release, in a temporary clone', need('git', 'Ansible'), () => {
  let clone: string;
  const out = (): Promise<string[]> => readdir(join(clone, 'dist/release'));
  const git = async (...args: string[]): Promise<string> =>
    (await execa('git', args, { cwd: clone })).stdout;
  const release = (...args: string[]) =>
    execa('npm', ['run', '--silent', 'release', '--', ...args], {
      cwd: clone,
      stdin: 'ignore',
      reject: false,
    });

  before(async () => {
    clone = await mkdtemp(join(tmpdir(), 'release-'));
    // The tree as it is here, changes included.
    const script = `set -eu
      cd "$0"
      git ls-files -z --cached --others --exclude-standard -- ':!test/fixtures' ':!test/unit' |
        xargs -0 sh -c 'for file; do ! [ -e "$file" ] || printf "%s\\n" "$file"; done' sh |
        tar -cf - -T - | tar -xf - -C "$1"
      cp -al node_modules "$1" 2>/dev/null || cp -a node_modules "$1"
      mkdir -p "$1/test/fixtures/releases"
      cd "$1"
      sed -i "s/^## .* (unreleased)/## ${VERSION} (unreleased)/" CHANGELOG.md
      git init -q -b main
      git config user.name tester
      git config user.email tester@localhost
      git add -A
      git commit -qm begin`;
    await execa('sh', ['-c', script, ROOT, clone]);
  });
  after(() => rm(clone, { recursive: true }));

  test('refuses a tree with changes, and a version that the changelog says nothing of', async () => {
    await writeFile(join(clone, 'new.txt'), '');
    const dirty = await release(VERSION);
    assert.match(dirty.stderr, /Expected a tree without changes, found:\n\?\? new\.txt/);
    assert.equal(dirty.exitCode, 1);
    await rm(join(clone, 'new.txt'));
    assert.match((await release('99.0.1')).stderr, /below "## 99\.0\.1 \(unreleased\)"/);
    assert.equal(await git('status', '--porcelain'), '');
  });

  test('--check says what it would do, and does nothing', async () => {
    const { stdout, exitCode } = await release(VERSION, '--check');
    assert.match(
      stdout,
      /Would write 99\.0\.0 to package\.json, package-lock\.json, .*galaxy\.yml/,
    );
    assert.match(stdout, /Would commit and tag v99\.0\.0/);
    assert.equal(exitCode, 0);
    assert.equal(await git('status', '--porcelain'), '');
    await assert.rejects(out());
  });

  test('writes the version, commits, tags, and leaves every file of the release with its digest', async () => {
    const { stderr, exitCode } = await release(VERSION);
    assert.equal(exitCode, 0, stderr);
    assert.equal(await git('status', '--porcelain'), '');
    assert.equal(await git('log', '-1', '--format=%s'), `release: ${VERSION}`);
    assert.equal(await git('describe', '--exact-match'), `v${VERSION}`);
    assert.match(await git('tag', '--list', '--format=%(contents)', 'v*'), /^99\.0\.0\n\n- \[/);
    for (const file of [
      'package.json',
      'package-lock.json',
      'ansible/galaxy.yml',
      'CHANGELOG.md',
    ]) {
      assert.match(await readFile(join(clone, file), 'utf8'), /99\.0\.0/, file);
    }
    const { stdout } = await execa('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: join(clone, 'dist/release'),
    });
    const files = stdout.split('\n').map(line => line.replace(/: OK$/, ''));
    assert.deepEqual([...files, 'SHA256SUMS'].sort(), (await out()).sort());
    assert.deepEqual(
      files.map(name => name.replace(/node-v[\d.]+/, 'node')),
      [
        'homelab-agent-99.0.0.tar.gz',
        'homelab-agent-99.0.0.tgz',
        'homelab-agent-collection-99.0.0.tar.gz',
        'homelab-agent-dist-99.0.0.tar',
        'manifest.json',
        'node-linux-arm64.tar.gz',
        'node-linux-x64.tar.gz',
        'sbom.cdx.json',
      ],
    );
  });

  test('refuses the same version a second time', async () => {
    assert.match((await release(VERSION)).stderr, /newer than 99\.0\.0, found 99\.0\.0/);
  });
});
