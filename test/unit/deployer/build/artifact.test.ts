import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { type Artifact, buildArtifact } from '../../../../deployer/build/artifact.ts';
import { findHome } from '../../../../deployer/build/home.ts';

suite('buildArtifact()', () => {
  let artifact: Artifact;
  let directory: string;
  let unpacked: string;

  before(async () => {
    const { root } = await findHome();
    artifact = await buildArtifact(root, '1.2.3');
    directory = await mkdtemp(join(tmpdir(), 'artifact-'));
    unpacked = join(directory, 'homelab-agent-1.2.3');
    await execa('tar', ['-xz', '-C', directory], { input: artifact.bytes });
  });
  after(() => rm(directory, { recursive: true }));

  test('gives the same bytes for the same tree', async () => {
    const { root } = await findHome();
    assert.deepEqual((await buildArtifact(root, '1.2.3')).bytes, artifact.bytes);
  });

  test('has all that a server needs, and the sums to check it by', async () => {
    const { stdout } = await execa('sh', ['-c', 'ls; sha256sum -c --quiet --strict SHA256SUMS'], {
      cwd: unpacked,
      env: { LC_ALL: 'C' },
    });
    assert.deepEqual(stdout.split('\n'), [
      'LICENSE',
      'SHA256SUMS',
      'THIRD-PARTY-LICENSES',
      'VERSION',
      'config.schema.json',
      'config.yaml.example',
      'homelab-agent',
      'homelab-agent.mjs',
      'homelab-agent.service',
      'install-agent.sh',
    ]);
    assert.equal(artifact.sums, await readFile(join(unpacked, 'SHA256SUMS'), 'utf8'));
    assert.equal(await readFile(join(unpacked, 'VERSION'), 'utf8'), '1.2.3\n');
  });

  test('has an agent that runs with nothing beside it, and knows its version', async () => {
    const { stdout } = await execa(process.execPath, ['homelab-agent.mjs', '--version'], {
      cwd: unpacked,
    });
    assert.match(stdout, /\b1\.2\.3$/);
  });

  test('has an agent that accepts a configuration after the model of its example', async () => {
    const example = await readFile(join(unpacked, 'config.yaml.example'), 'utf8');
    const edited = example.replace('put-the-api-key-of-your-hub-here', 'abc123');
    await writeFile(join(unpacked, 'config.yaml'), edited, { mode: 0o640 });
    const check = (file: string) =>
      execa(process.execPath, ['homelab-agent.mjs', 'check-config', file], {
        cwd: unpacked,
        reject: false,
      });
    const { exitCode, stderr } = await check('config.yaml');
    assert.deepEqual([exitCode, stderr], [0, '']);
    const refused = await check('config.yaml.example');
    assert.match(refused.stderr, /found the placeholder of the example$/);
    assert.equal(refused.exitCode, 78);
  });

  test('names the licence of each package that is in the bundle', async () => {
    const text = await readFile(join(unpacked, 'THIRD-PARTY-LICENSES'), 'utf8');
    for (const name of ['systeminformation', 'yaml', 'zod']) {
      assert.match(text, new RegExp(`^${name} \\S+ \\((MIT|ISC)\\)$`, 'm'));
    }
    assert.match(text, /Permission is hereby granted, free of charge/);
  });

  test('stays small enough for the slowest server', () => {
    assert.ok((artifact.files['homelab-agent.mjs']?.length ?? Number.NaN) <= 350_000);
  });
});

test('homelab-agent runs the bundle with the runtime of its own release, through a link too', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wrapper-'));
  try {
    await execa('install', ['agent/install/homelab-agent', directory]);
    await execa('ln', ['-s', process.execPath, join(directory, 'node')]);
    await execa('ln', ['-s', 'homelab-agent', join(directory, 'link')]);
    await writeFile(
      join(directory, 'homelab-agent.mjs'),
      'process.stdout.write(process.argv.slice(2).join())',
    );
    const { stdout } = await execa(join(directory, 'link'), ['health', 'a b']);
    assert.equal(stdout, 'health,a b');
  } finally {
    await rm(directory, { recursive: true });
  }
});
