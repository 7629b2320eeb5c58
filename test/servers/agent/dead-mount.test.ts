import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { StandInHub } from '../../support/hub.ts';
import { need } from '../../support/need.ts';

const agent = fileURLToPath(new URL('../../../agent/main.ts', import.meta.url));

/**
 * A FUSE mount whose program never reads a request: statfs on it waits for ever. In namespaces of its own, so that no
 * other process sees the mount and the kernel removes it with the last process here. The agent is asked to stop
 * when the standard input ends.
 */
const script = `
exec 3<>/dev/fuse
mount -i -t "$TYPE" -o fd=3,rootmode=40000,user_id=0,group_id=0 a:b "$DIRECTORY/mount" || exit 90
"$NODE" "$AGENT" "$COMMAND" --config "$DIRECTORY/config.yaml" 3>&- &
agent=$!
if [ "$COMMAND" = run ]; then cat; kill -TERM "$agent"; fi
wait "$agent"
echo "exit $?" >&2
`;

async function startBeside(
  t: TestContext,
  options: { type: string; command: 'print' | 'run'; hub: string },
) {
  const directory = await mkdtemp(join(tmpdir(), 'dead-mount-'));
  t.after(() => rm(directory, { recursive: true }));
  const mount = join(directory, 'mount');
  await mkdir(mount);
  const config = `hub_url: ${options.hub}\nserver_id: host-1\napi_key: key\nheartbeat_interval: 5\n`;
  await writeFile(join(directory, 'config.yaml'), config, { mode: 0o640 });
  const flags = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = execa('unshare', [...flags, 'sh', '-c', script], {
    env: {
      TYPE: options.type,
      COMMAND: options.command,
      DIRECTORY: directory,
      NODE: process.execPath,
      AGENT: agent,
      STATE_DIRECTORY: directory,
      RUNTIME_DIRECTORY: directory,
    },
    timeout: 120_000,
  });
  return { child, mount };
}

function mountPoints(beat: unknown): string[] {
  const { filesystems } = beat as { filesystems: { mount_point: string }[] };
  return filesystems.map(each => each.mount_point);
}

const nowhere = 'http://127.0.0.1:9';

test(
  'a mergerfs that never answers costs its own row, and the agent still ends with its own exit code (pitfall 6)',
  need('FUSE'),
  async t => {
    const options = { type: 'fuse.mergerfs', command: 'print', hub: nowhere } as const;
    const { child, mount } = await startBeside(t, options);
    const { stdout, stderr } = await child;
    assert.equal(mountPoints(JSON.parse(stdout)).includes(mount), false);
    assert.match(
      stderr,
      new RegExp(`does not answer and is left out code=filesystem-silent subject=${mount}$`, 'm'),
    );
    assert.match(stderr, /^exit 0$/m);
  },
);

test('a network mount by FUSE is not asked at all (pitfall 6)', need('FUSE'), async t => {
  const options = { type: 'fuse.sshfs', command: 'print', hub: nowhere } as const;
  const { child, mount } = await startBeside(t, options);
  const { stdout, stderr } = await child;
  assert.equal(mountPoints(JSON.parse(stdout)).includes(mount), false);
  assert.equal(stderr.includes('does not answer'), false);
  assert.match(stderr, /^exit 0$/m);
});

test(
  'the daemon beats on beside a mount that never answers, says it once, and stops when told (pitfall 6)',
  need('FUSE'),
  async t => {
    await using hub = new StandInHub({ apiKey: 'key' });
    await hub.start();
    const options = { type: 'fuse.mergerfs', command: 'run', hub: hub.url } as const;
    const { child } = await startBeside(t, options);
    let ended = false;
    const result = child.finally(() => {
      ended = true;
    });
    while (hub.beats.length < 3 && !ended) await sleep(50);
    child.stdin.end();
    const { stdout, stderr } = await result;
    assert.ok(hub.beats.length >= 3, stdout + stderr);
    assert.equal(stdout.match(/does not answer and is left out/g)?.length, 1);
    assert.match(stderr, /^exit 0$/m);
  },
);
