import assert from 'node:assert/strict';
import { accessSync, constants, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';

interface Workflow {
  readonly on: Record<string, unknown>;
  readonly jobs: Record<string, { steps: { run?: string }[] }>;
}

const workflow: Workflow = parse(readFileSync('.github/workflows/ci.yml', 'utf8'));
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
const lines = (job: string): string[] =>
  (workflow.jobs[job]?.steps ?? []).flatMap(({ run }) => run ?? []);

test('the workflow runs everything on a push and a pull request, and builds the release of a tag', () => {
  assert.deepEqual(Object.keys(workflow.on), ['push', 'pull_request']);
  assert.ok(lines('check').includes('.ci/run'));
  assert.ok(lines('release').includes('npm run release -- --build --out release'));
  accessSync('.ci/run', constants.X_OK);
});

test('every npm script that the workflow and CONTRIBUTING.md name is there', () => {
  const texts = [...lines('check'), ...lines('release'), readFileSync('CONTRIBUTING.md', 'utf8')];
  const named = texts.flatMap(text =>
    [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name),
  );
  assert.ok(named.length > 5);
  for (const name of named) assert.ok(name !== undefined && name in scripts, name);
});
