import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from '../../../../agent/host/command.ts';
import { Host } from '../../../../agent/host/host.ts';
import { until } from '../../../support/until.ts';
import { hostTree } from '../collectors/support/host-tree.ts';

const live = new Command(new Host('/'));
const timeoutMs = 20_000;

test('run() gives both outputs and the exit code', async () => {
  const result = await live.run('sh', ['-c', 'echo out; echo err >&2; exit 3'], { timeoutMs });
  assert.deepEqual(result, { code: 3, stdout: 'out\n', stderr: 'err\n' });
});

test('run() gives a child no language, no editor and no terminal of ours (pitfall 27)', async () => {
  const { stdout } = await live.run('env', [], { timeoutMs, env: { EXTRA: 'yes' } });
  const names = stdout
    .trim()
    .split('\n')
    .map(line => line.split('=')[0])
    .sort();
  assert.deepEqual(names, ['DEBIAN_FRONTEND', 'EXTRA', 'LC_ALL', 'PATH', 'SYSTEMD_PAGER']);
  assert.match(stdout, /^LC_ALL=C\.UTF-8$/m);
});

test('run() rejects for a program that is not there', async () => {
  await assert.rejects(
    () => live.run('no-such-program', [], { timeoutMs }),
    /Cannot run no-such-program/,
  );
});

test('run() rejects where no descriptor is left for the program, and the process lives on', () => {
  const module = (name: string) => new URL(`../../../../agent/host/${name}.ts`, import.meta.url);
  const script = `
    import { openSync } from 'node:fs';
    import { Command } from '${module('command')}';
    import { Host } from '${module('host')}';
    try { for (;;) openSync('/dev/null'); } catch {}
    await new Command(new Host('/')).run('true', [], { timeoutMs: 1000 }).catch(error => {
      process.stdout.write(error.message);
    });
    await new Promise(resolve => setTimeout(resolve, 10));
    process.stdout.write(', alive');
  `;
  const few = ['-c', 'ulimit -n 128; exec "$0" --input-type=module -e "$1"', process.execPath];
  const { stdout } = spawnSync('sh', [...few, script], { encoding: 'utf8' });
  assert.equal(stdout, 'Cannot run true, alive');
});

test('run() rejects when a signal ends the program', async () => {
  await assert.rejects(
    () => live.run('sh', ['-c', 'kill -TERM $$'], { timeoutMs }),
    /it was ended by SIGTERM/,
  );
});

test('run() stops a program that prints without end', async () => {
  await assert.rejects(
    () => live.run('cat', ['/dev/zero'], { timeoutMs, maxBytes: 100_000 }),
    /Stopped cat: more than 100000 bytes/,
  );
});

test('run() kills a hanging program together with what it started (pitfall 27)', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'pid');
  const script = `sleep 1000 & echo $! > ${file}.new; mv ${file}.new ${file}; wait`;
  const running = live.run('sh', ['-c', script], { timeoutMs: 3000 });
  await assert.rejects(running, /Stopped sh: no end after 3 s/);
  const pid = readFileSync(file, 'utf8').trim();
  for (let tries = 0; isAlive(pid) && tries < 200; tries++) await sleep(25);
  assert.equal(isAlive(pid), false);
});

test('a recorded host answers from its record and starts nothing', async t => {
  const { host } = hostTree(t, { 'recorded/commands/apt-get.txt': 'Inst a\n' });
  const recorded = new Command(host);
  assert.deepEqual(await recorded.run('apt-get', ['-s'], { timeoutMs }), {
    code: 0,
    stdout: 'Inst a\n',
    stderr: '',
  });
  await assert.rejects(() => recorded.run('systemctl', [], { timeoutMs }), /no output of it/);
});

/** A process that was killed may still wait for its parent to notice: that is dead too. */
function isAlive(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
}

test('run() rejects and leaves no process behind when its signal is aborted', async () => {
  const stop = new AbortController();
  const directory = mkdtempSync(join(tmpdir(), 'command-'));
  const file = join(directory, 'pid');
  const script = `echo $$ > ${file}.new && mv ${file}.new ${file}; sleep 600`;
  const running = live.run('sh', ['-c', script], { timeoutMs, signal: stop.signal });
  await until('the start of the program', () => existsSync(file));
  stop.abort();
  await assert.rejects(running, /Stopped sh: no longer wanted/);
  const pid = readFileSync(file, 'utf8').trim();
  await until('the end of the program', () => !existsSync(`/proc/${pid}`));
  rmSync(directory, { recursive: true });
  await assert.rejects(
    live.run('true', [], { timeoutMs, signal: stop.signal }),
    /no longer wanted/,
  );
});
