import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { generatedFiles } from '../../../../deployer/build/generate/generated-files.ts';

for (const [file, text] of Object.entries(await generatedFiles('.'))) {
  test(`${file} is what "npm run generate" writes`, async () => {
    const same = (await readFile(file, 'utf8')) === text;
    assert.ok(same, 'It is stale: run "npm run generate"');
  });
}
