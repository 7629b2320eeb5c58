import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { needRoot } from '../../support/need-root.ts';

const agent = fileURLToPath(new URL('../../../agent/main.ts', import.meta.url));

/**
 * A FUSE mount whose program never reads a request: statfs on it waits for ever. In namespaces of its own, so that no
 * other process meets the mount and the kernel takes it away with the last process here.
 */
const script = `
exec 3<>/dev/fuse
mount -i -t "$TYPE" -o fd=3,rootmode=40000,user_id=0,group_id=0 a:b "$DIRECTORY/mount" || exit 90
"$NODE" "$AGENT" print --config "$DIRECTORY/config.yaml" 3>&-
echo "exit $?" >&2
`;

async function printBeside(t: { after(fn: () => Promise<void>): void }, type: string) {
  const directory = await mkdtemp(join(tmpdir(), 'dead-mount-'));
  t.after(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'mount'));
  const config = join(directory, 'config.yaml');
  await writeFile(config, 'hub_url: http://127.0.0.1:9\nserver_id: host-1\napi_key: key\n');
  await chmod(config, 0o640);
  const flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const { stdout, stderr } = await execa('unshare', [...flags, 'sh', '-c', script], {
    env: { TYPE: type, DIRECTORY: directory, NODE: process.execPath, AGENT: agent },
    timeout: 120_000,
  });
  const mounts: { mount_point: string }[] = JSON.parse(stdout).filesystems;
  return { mounts: mounts.map(each => each.mount_point), stderr, mount: join(directory, 'mount') };
}

test(
  'a mergerfs that never answers costs its own row, and the agent still ends with its own exit code (pitfall 6)',
  needRoot(),
  async t => {
    const { mounts, stderr, mount } = await printBeside(t, 'fuse.mergerfs');
    assert.equal(mounts.includes(mount), false);
    assert.match(stderr, new RegExp(`does not answer and is left out path=${mount} type=fuse`));
    assert.match(stderr, /^exit 0$/m);
  },
);

test('a network mount by FUSE is not asked at all (pitfall 6)', needRoot(), async t => {
  const { mounts, stderr, mount } = await printBeside(t, 'fuse.sshfs');
  assert.equal(mounts.includes(mount), false);
  assert.equal(stderr.includes('does not answer'), false);
  assert.match(stderr, /^exit 0$/m);
});
