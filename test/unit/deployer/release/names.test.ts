import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { readInstaller } from '../../../../deployer/release/installer.ts';
import { layout } from '../../../../deployer/release/layout.ts';
import { releaseName } from '../../../../deployer/release/release-name.ts';
import { sha256sums } from '../../../../deployer/release/sums.ts';

const parts = {
  version: '0.1.0',
  sums: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  VERSION\n',
  config: 'hub_url: "http://hub:8080"\n',
  runtime: 'node-v24.21.0-linux-x64',
};

test('sha256sums() writes what sha256sum -c accepts, sorted as the C locale sorts', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sums-'));
  const files = { b: Buffer.from('1'), B: Buffer.from('2'), 'a.txt': Buffer.from('3') };
  try {
    for (const [name, body] of Object.entries(files)) await writeFile(join(directory, name), body);
    const { stdout } = await execa('sh', ['-c', 'LC_ALL=C; export LC_ALL; sha256sum *'], {
      cwd: directory,
      stripFinalNewline: false,
    });
    assert.equal(sha256sums(files), stdout);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('releaseName() is the version and a digest that shell tools come to as well', async () => {
  const script = `
    config=$(printf '%s' "$CONFIG" | sha256sum | cut -d' ' -f1)
    { printf '%s' "$SUMS"; printf '%s  config.yaml\\nruntime %s\\n' "$config" "$RUNTIME"; } | sha256sum | cut -c1-8`;
  const { stdout } = await execa('sh', ['-c', script], {
    env: { CONFIG: parts.config, SUMS: parts.sums, RUNTIME: parts.runtime },
  });
  assert.equal(releaseName(parts), `0.1.0-${stdout}`);
});

test('releaseName() differs where the build, the configuration or the runtime does', () => {
  const names = new Set([
    releaseName(parts),
    releaseName({ ...parts, version: '0.1.1' }),
    releaseName({ ...parts, sums: parts.sums.replace('9f', '8f') }),
    releaseName({ ...parts, config: `${parts.config}\n` }),
    releaseName({ ...parts, runtime: 'system' }),
  ]);
  assert.equal(names.size, 5);
});

test('layout names the paths that install-agent.sh names', async () => {
  const script = await readInstaller('.');
  const head = [...script.matchAll(/^readonly (\w+)=(.*)$/gm)];
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of head) {
    values.set(
      name,
      value.replaceAll(/\$(\w+)/g, (_, other: string) => values.get(other) ?? '?'),
    );
  }
  const named = {
    base: 'BASE',
    releases: 'RELEASES',
    current: 'CURRENT',
    previous: 'PREVIOUS',
    runtimes: 'RUNTIMES',
    takeover: 'TAKEOVER',
    activating: 'ACTIVATING',
    configDir: 'CONFIG_DIR',
    config: 'CONFIG',
    unit: 'UNIT_FILE',
    unitName: 'UNIT',
    user: 'AGENT_USER',
    state: 'STATE_DIR',
    status: 'STATUS',
    lock: 'LOCK',
    journalTag: 'TAG',
  } as const satisfies Record<keyof typeof layout, string>;
  const found = Object.fromEntries(
    Object.entries(named).map(([key, name]) => [key, values.get(name)]),
  );
  assert.deepEqual(found, { ...layout });
});
