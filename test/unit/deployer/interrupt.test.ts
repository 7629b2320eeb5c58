import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { encrypt } from '../../../deployer/inventory/vault/encrypt.ts';
import { deployArgv } from '../../support/deploy.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { until } from '../../support/until.ts';

interface Run {
  readonly child: ReturnType<typeof spawn>;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** homelab-deploy in a process group of its own, so that an interrupt reaches it alone. */
function start(directory: TestDirectory, ...args: string[]): Run {
  const [program = '', ...rest] = deployArgv([...args, '-i', 'inventory.yaml']);
  const child = spawn(program, rest, { cwd: directory.path, stdio: 'ignore', detached: true });
  const ended = new Promise<Awaited<Run['ended']>>(resolve => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { child, ended };
}

function inventoryOf(count: number): string {
  const hosts = Array.from({ length: count }, (_, at) => `    host-${at}: {x: [1, 2, 3, 4, 5]}\n`);
  return `all:\n  hosts:\n${hosts.join('')}`;
}

test('Ctrl-C while an inventory is read ends the run there', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': inventoryOf(9_000) });
  const { child, ended } = start(directory, 'inventory');
  await sleep(500);
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: null, signal: 'SIGINT' });
});

test('Ctrl-C while OpenSSH reads its configuration ends that as well', async () => {
  const hosts = { 'nas-1': { ansible_ssh_common_args: '-F config' } };
  const vars = { homelab_agent_hub_url: 'http://hub', homelab_agent_api_key: 'k' };
  await using directory = await TestDirectory.create({
    'inventory.yaml': JSON.stringify({ all: { hosts, vars } }),
    config: 'Match exec "touch asked; sleep 20"\n',
  });
  const { child, ended } = start(directory, 'logs', 'nas-1');
  await until('OpenSSH reads its configuration', () => existsSync(directory.file('asked')));
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: 130, signal: null });
});

test('Ctrl-C while a program gives the vault password does not wait for what that has started', async () => {
  const key = encrypt('key', { label: 'default', password: Buffer.from('password') });
  const vars = ['homelab_agent_api_key: !vault |', ...key.map(line => `  ${line}`)];
  await using directory = await TestDirectory.create({
    'inventory.yaml': `all:\n  hosts: {nas-1: }\n  vars:\n${vars.map(line => `    ${line}\n`).join('')}`,
    password: '#!/bin/sh\ntouch asked\nsleep 20\n',
  });
  await chmod(directory.file('password'), 0o755);
  const { child, ended } = start(directory, 'inventory', '--vault-password-file', 'password');
  await until('the password is asked for', () => existsSync(directory.file('asked')));
  child.kill('SIGINT');
  assert.deepEqual(await ended, { code: 130, signal: null });
});

test('nothing that V8 compiles in the background keeps a run from ending', async () => {
  await using directory = await TestDirectory.create({ 'inventory.yaml': inventoryOf(2_000) });
  const trace = ['--trace-opt', '--trace-baseline', '--trace-baseline-batch-compilation'];
  const [node = '', ...rest] = deployArgv(['inventory', '-i', 'inventory.yaml']);
  const { stdout } = await execa(node, [...trace, ...rest], { cwd: directory.path });
  const compiled =
    stdout.match(/^\[(compiling method .* \(target \w+|Concurrent Sparkplug)/gm) ?? [];
  // The modules are loaded before the program can choose, and what they began ends later.
  const late = compiled.slice(-compiled.length / 4).join('\n');
  assert.match(late, /target TURBOFAN_JS/);
  assert.doesNotMatch(late, /Concurrent Sparkplug|target MAGLEV/);
});
