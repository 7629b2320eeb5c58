import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { execa } from 'execa';
import { requirements } from '../../../../agent/contract/requirements.ts';
import { sha256 } from '../../../../deployer/lib/digest.ts';
import { need } from '../../../support/need.ts';
import { probeFunctions } from './functions.ts';

/** Programs of a server that is fine, as shell scripts; `false` for one that is not there. */
const PROGRAMS: Readonly<Record<string, string | false>> = {
  ...Object.fromEntries(requirements.commands.map(name => [name, 'exit 0'])),
  id: 'echo 0',
  uname: 'echo x86_64',
  getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo glibc 2.36 ;; esac',
  readlink: 'exit 1',
};

describe('what a server must have', () => {
  let directory: string;
  let script: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'requirements-'));
    script = (await probeFunctions()).replace(/^export LC_ALL.*$/m, '');
  });
  after(() => rm(directory, { recursive: true }));

  /** What a function of the script prints where a server has these programs. */
  async function run(
    call: string,
    over: Readonly<Record<string, string | false>>,
  ): Promise<string> {
    const path = await mkdtemp(join(directory, 'path-'));
    for (const [name, body] of Object.entries({ ...PROGRAMS, ...over })) {
      if (body === false) continue;
      await writeFile(join(path, name), `#!/bin/sh\n${body}\n`);
      await chmod(join(path, name), 0o755);
    }
    const { stdout } = await execa('/bin/sh', ['-c', `${script}\nPATH=${path}\n${call}`], {
      reject: false,
    });
    return stdout;
  }

  it('finds what interrupted runs of either tool left, and nothing of a run that is under way', async () => {
    const incoming = join(directory, 'homelab-agent.incoming');
    const own = script.replace('/opt/homelab-agent.incoming', incoming);
    const left = async (): Promise<string[]> => {
      // A transfer holds a lock on its directory.
      const call = `flock ${incoming}.held sh -c '${own.replaceAll("'", "'\\''")}\neach_leftover echo'`;
      const { stdout } = await execa('/bin/sh', ['-c', call]);
      return stdout.split('\n').sort();
    };
    for (const end of ['', '.killed', '.held']) await mkdir(`${incoming}${end}`);
    assert.deepEqual(await left(), [`${incoming}.killed`]);
    await execa('touch', ['-d', '2 hours ago', incoming]);
    assert.deepEqual(await left(), [incoming, `${incoming}.killed`]);
  });

  for (const [what, over, expected] of [
    ['a server that is fine', {}, ''],
    ['one on arm64', { uname: 'echo aarch64' }, ''],
    [
      'a 32-bit system',
      { getconf: 'case $1 in LONG_BIT) echo 32 ;; *) echo glibc 2.31 ;; esac' },
      'found x86_64 with 32-bit programs',
    ],
    [
      'another processor',
      { uname: 'echo riscv64' },
      'Expected a 64-bit x86_64 or aarch64 server, found riscv64',
    ],
    [
      'an old glibc',
      { getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo glibc 2.27 ;; esac' },
      'Expected glibc 2.28 or newer, found glibc 2.27',
    ],
    [
      'a newer major glibc',
      { getconf: 'case $1 in LONG_BIT) echo 64 ;; *) echo glibc 3.0 ;; esac' },
      '',
    ],
    ['another C library', { getconf: 'exit 1' }, 'found another C library'],
  ] as const) {
    it(`of a bundled runtime: ${what}`, async () => {
      const said = await run('bundled_node_problems', over);
      if (expected === '') assert.equal(said, '');
      else assert.ok(said.includes(expected), said);
    });
  }

  for (const [what, node, expected] of [
    ['a new one', 'echo v24.1.0', ''],
    ['exactly the oldest', 'echo v22.19.0', ''],
    ['an old one', 'echo v22.18.9', 'Expected Node 22.19 or newer on the server, found v22.18.9'],
    ['one that does not start', 'exit 127', 'found one that does not start'],
    ['none', false, 'found none'],
  ] as const) {
    it(`of the server's own Node: ${what}`, async () => {
      const said = await run('system_node_problems', { node });
      if (expected === '') assert.equal(said, '');
      else assert.ok(said.includes(expected), said);
    });
  }

  it('root, all commands and a service that is not masked', async () => {
    const over = { flock: false, tar: false, readlink: 'echo /dev/null' } as const;
    const said = await run('server_problems', over);
    assert.match(said, /^Expected the commands flock, tar on the server/m);
    assert.match(said, /found it masked: run "systemctl unmask homelab-agent\.service"/);
    assert.equal(
      await run('server_problems', { ...over, id: 'echo 1000' }),
      'Expected to run as root, found uid 1000: use sudo, or set ansible_become_user to root',
    );
  });

  it('that its root can be written, which to another user than root it never can', async () => {
    const df = 'printf "x\\nfs 0 0 9999999 x x\\nfs 0 0 9999999 x x\\n"';
    const call = 'about_writable() { echo "asked $1"; }\nDIGESTS=\nfind_uid\nabout_disk';
    for (const [uid, asked] of [
      ['0', ['asked /']],
      ['1000', []],
    ] as const) {
      const said = await run(call, { df, id: `echo ${uid}` });
      assert.deepEqual(said.split('\n').slice(1), asked);
    }
  });

  it('where paths are mounted and how, among thousands of mounts, over each other and with spaces', async () => {
    const containers = Array.from(
      { length: 5_000 },
      (_, at) =>
        `${100 + at} 23 0:${at} / /var/lib/docker/overlay2/${at}/merged rw,relatime - overlay overlay rw,lowerdir=/l/${at}`,
    );
    const mountinfo = join(directory, 'mountinfo');
    await writeFile(
      mountinfo,
      `23 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,errors=remount-ro
24 23 8:2 / /opt rw,nosuid,noexec shared:2 - ext4 /dev/sda2 rw
25 23 8:3 / /srv rw - ext4 /dev/sda3 rw
26 25 8:4 / /srv ro - ext4 /dev/sda4 rw
27 23 8:5 / /mnt/my\\040disk rw,relatime - ext4 /dev/sda5 ro
${containers.join('\n')}
`,
    );
    const call = `MOUNTINFO=${mountinfo}\nmounts_of /opt/x/y /optional /srv/z "/mnt/my disk/opt" /`;
    const { stdout } = await execa('/bin/sh', ['-c', `${script}\n${call}`]);
    assert.deepEqual(stdout.split('\n'), [
      ',rw,nosuid,noexec,rw, /opt',
      ',rw,relatime,rw,errors=remount-ro, /',
      ',ro,rw, /srv',
      ',rw,relatime,ro, /mnt/my disk',
      ',rw,relatime,rw,errors=remount-ro, /',
    ]);
  });

  it('errors that ext4 has recorded, of a device by whatever name', async () => {
    const sys = await mkdtemp(join(directory, 'sys-'));
    for (const [device, errors] of [
      ['sda1', '0'],
      ['dm-0', '3'],
    ]) {
      await mkdir(join(sys, `fs/ext4/${device}`), { recursive: true });
      await writeFile(join(sys, `fs/ext4/${device}/errors_count`), `${errors}\n`);
    }
    const mapped = join(sys, 'vg-root');
    await symlink('../dm-0', mapped);
    const errors = (device: string) =>
      run(`SYSFS=${sys}\nabout_errors ${device}`, { readlink: 'echo /dev/dm-0' });
    assert.equal(await errors('/dev/sda1'), '');
    assert.equal(await errors('overlay'), '');
    assert.equal(
      await errors(mapped),
      `storage=Expected no errors on ${mapped}, found 3 that ext4 has recorded: check it with e2fsck`,
    );
  });

  const sums = `${'9'.repeat(64)}  VERSION`;
  const there = `${sha256(`${sums}\n`)}  /opt/homelab-agent/releases/0.1.0-aaaaaaaa/SHA256SUMS`;
  for (const [what, state, free, needed] of [
    ['everything has to be sent', {}, 167_000, 171],
    ['the artifact is there', { INTACT: 'yes', DIGESTS: there }, 155_000, 159],
    ['files of the release were changed', { DIGESTS: there }, 167_000, 171],
    ['another release is there', { INTACT: 'yes' }, 167_000, 171],
    ["the server's own Node runs it", { RUNTIME: 'system' }, 24_000, 25],
  ] as const) {
    it(`room for what has to be sent: ${what}`, async () => {
      const defaults = { INTACT: 'no', DIGESTS: '', RUNTIME: 'bundled', SUMS_WANTED: sums };
      const variables = Object.entries({ ...defaults, ...state });
      const assigned = variables.map(([name, value]) => `${name}='${value}'\n`).join('');
      const room = (kib: number) =>
        run(`${assigned}about_room ${kib} /dev/sda1`, PROGRAMS_WITH_DIGEST);
      const found = `found ${Math.floor((free * 1024) / 1e6)} MB`;
      assert.equal(
        await room(free),
        `full=Expected ${needed} MB free for /opt/homelab-agent on /dev/sda1, ${found}: make room there first`,
      );
      assert.equal(await room(free + 5_000), '');
    });
  }

  it('a file system that can be written to', async () => {
    assert.equal(await run(`about_writable ${directory}`, {}), '');
  });

  it('no read-only file system', need('namespaces'), async () => {
    const call = `mount -t tmpfs -o ro none ${directory} && about_writable ${directory}`;
    const programs = `mount() { /bin/mount "$@"; }\n${call}`;
    const { stdout } = await execa('unshare', [
      '--mount',
      '/bin/sh',
      '-c',
      `${script}\n${programs}`,
    ]);
    assert.match(stdout, /^storage=Expected .* to be writable, found its file system read-only/);
  });

  it('gives a release the name of its version, files, configuration and runtime', async () => {
    const name = (more: string) =>
      run(`release_name 0.1.0 '${sums}' ${more}`, PROGRAMS_WITH_DIGEST);
    const identity = `${sums}\n${sha256('c')}  config.yaml\nruntime system\n`;
    assert.equal(await name(`${sha256('c')} system`), `0.1.0-${sha256(identity).slice(0, 8)}`);
    assert.notEqual(await name(`${sha256('c')} system`), await name(`${sha256('d')} system`));
  });
});

const PROGRAMS_WITH_DIGEST = { sha256sum: 'exec /usr/bin/sha256sum' };
