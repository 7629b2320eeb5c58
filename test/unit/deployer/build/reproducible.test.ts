import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { buildCollection } from '../../../../deployer/build/release/build-collection.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { need } from '../../../support/need.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** Of the tree, what the package is made of. */
const SOURCES = [
  ...['agent', 'deployer', 'ansible', 'LICENSE', 'README.md', 'CHANGELOG.md'],
  ...['inventory.example.yaml', 'package.json', 'package-lock.json'],
];

let directory: string;

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'reproducible-'));
});
after(() => rm(directory, { recursive: true }));

/** Packs a copy of the tree; answers with the digests of all that was built, and what is in the package. */
async function pack(place: {
  path: string;
  umask: string;
  date: string;
  env: Record<string, string>;
}): Promise<string> {
  const script = `set -eu
    umask ${place.umask}
    mkdir -p "$1"
    (cd "$0" && cp -r ${SOURCES.join(' ')} "$1")
    # As links where that is possible: it is not written to.
    cp -al "$0/node_modules" "$1" 2>/dev/null || cp -a "$0/node_modules" "$1"
    cd "$1"
    find agent deployer ansible -exec touch -d '${place.date}' {} +
    npm pack --silent >/dev/null
    sha256sum dist/npm/*
    # npm keeps the modes of the checkout, which are its umask's.
    tar -tzf *.tgz
    tar -xOzf *.tgz | sha256sum`;
  const { stdout } = await execa('sh', ['-c', script, ROOT, join(directory, place.path)], {
    env: place.env,
    stdin: 'ignore',
  });
  return stdout;
}

test('the package is the same bytes in another directory, umask, locale, time zone and time', async () => {
  const first = await pack({
    path: 'a',
    umask: '022',
    date: '2001-01-01',
    env: { LC_ALL: 'C', TZ: 'UTC' },
  });
  const second = await pack({
    path: 'another/place with spaces/b',
    umask: '077',
    date: '2031-07-01',
    env: { LC_ALL: 'tr_TR.UTF-8', TZ: 'Asia/Kathmandu' },
  });
  assert.match(first, / dist\/npm\/homelab-agent-\d.*\.tar\.gz$/m);
  assert.match(first, /^package\/deployer\/bin\.mjs$/m);
  assert.equal(second, first);
});

suite('the collection', need('Ansible'), () => {
  test('is the same bytes whenever and in whatever order its files were written', async () => {
    const sums: string[] = [];
    for (const [place, order, date, mode] of [
      ['first', 'sort', '2001-01-01', 'g-w'],
      ['second', 'sort --reverse', '2031-07-01', 'g+w'],
    ] as const) {
      const root = join(directory, place);
      const script = `set -eu
        mkdir "$1"
        cd "$0"
        find ansible -type f | ${order} | while read -r file; do cp --parents "$file" "$1"; done
        find "$1" -exec touch -d '${date}' {} + -exec chmod ${mode} {} +`;
      await execa('sh', ['-c', script, ROOT, root]);
      await buildCollection(root, `${root}.tar.gz`);
      sums.push(sha256(await readFile(`${root}.tar.gz`)));
    }
    assert.equal(sums[1], sums[0]);
  });
});
