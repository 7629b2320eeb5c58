import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  planRelease,
  type ReleaseState,
} from '../../../../../deployer/build/release/plan-release.ts';

const state: ReleaseState = {
  changes: '',
  tags: ['v0.9.0', 'v1.0.0', 'nightly'],
  today: '2026-01-31',
  files: {
    'package.json': '{\n  "name": "x",\n  "version": "1.0.0",\n  "y": {"version": "1.0.0"}\n}\n',
    'package-lock.json':
      '{\n  "version": "1.0.0",\n  "lockfileVersion": 3,\n  "packages": {\n    "": {\n      "version": "1.0.0"\n    },\n    "other": {\n      "version": "1.0.0"\n    }\n  }\n}\n',
    'ansible/galaxy.yml': 'name: agent\nversion: 1.0.0\n',
    'CHANGELOG.md':
      '# Changelog\n\n## 1.1.0 (unreleased)\n\n- new\n\n## 1.0.0 (2026-01-01)\n\n- old\n',
  },
};
const wrong = (version: string, change: Partial<ReleaseState> = {}): readonly string[] =>
  planRelease(version, { ...state, ...change }).problems;

test('a release writes its version where the old one stood, and no other version', () => {
  const { problems, files, notes } = planRelease('1.1.0', state);
  assert.deepEqual(problems, []);
  assert.equal(
    files['package.json'],
    '{\n  "name": "x",\n  "version": "1.1.0",\n  "y": {"version": "1.0.0"}\n}\n',
  );
  const lock = JSON.parse(files['package-lock.json']);
  assert.equal(lock.version, '1.1.0');
  assert.equal(lock.packages[''].version, '1.1.0');
  assert.equal(lock.packages.other.version, '1.0.0');
  assert.equal(files['ansible/galaxy.yml'], 'name: agent\nversion: 1.1.0\n');
  assert.match(files['CHANGELOG.md'], /^## 1\.1\.0 \(2026-01-31\)\n\n- new\n\n## 1\.0\.0 \(/m);
  assert.equal(notes, '- new');
});

test('a release is refused that is no newer version, changes nothing for users, or begins with a changed tree', () => {
  assert.match(wrong('1.0.0').join(), /newer than 1\.0\.0, found 1\.0\.0/);
  assert.match(wrong('0.9.9').join(), /newer than 1\.0\.0, found 0\.9\.9/);
  assert.match(wrong('0.9.9', { tags: [] }).join(), /Expected 1\.0\.0, which package\.json names/);
  assert.match(wrong('1.1').join(), /a version such as 1\.2\.3, found 1\.1/);
  assert.match(wrong('1.1.0-rc1').join(), /a version such as 1\.2\.3/);
  assert.match(wrong('1.2.0').join(), /below "## 1\.2\.0 \(unreleased\)" in CHANGELOG\.md/);
  const empty = state.files['CHANGELOG.md'].replace('- new\n', '');
  const files = { ...state.files, 'CHANGELOG.md': empty };
  assert.match(wrong('1.1.0', { files }).join(), /found nothing/);
  assert.match(
    wrong('1.1.0', { changes: ' M a.ts\n' }).join(),
    /without changes, found:\n M a\.ts$/,
  );
});

test('the version that package.json names can be released if it was not yet', () => {
  const changelog = state.files['CHANGELOG.md'].replace('1.1.0', '1.0.0');
  const files = { ...state.files, 'CHANGELOG.md': changelog };
  assert.deepEqual(wrong('1.0.0', { tags: ['v0.9.0'], files }), []);
});
