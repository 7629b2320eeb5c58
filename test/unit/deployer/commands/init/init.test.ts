import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { run } from '../../../../../deployer/cli.ts';
import type { Context } from '../../../../../deployer/context.ts';
import { loadInventory } from '../../../../../deployer/inventory/load-inventory.ts';
import { StandInHub } from '../../../../support/hub.ts';
import { need } from '../../../../support/need.ts';
import { SshLab } from '../../../../support/ssh/ssh-lab.ts';
import { testContext } from '../../../../support/test-context.ts';
import { TestDirectory } from '../../../../support/test-directory.ts';
import { Typing } from '../../../../support/typing.ts';

const HUB = 'Address of the hub [http://hub.home.lan:8080]: ';
const KEY = "The hub's API key, not shown (empty: without one for now): ";
const TOKENS = 'give each server a token of its own? [y/N] ';
const SERVERS = 'as NAME or NAME=ADDRESS): ';
const USER = 'User who logs in there (empty: as ssh does): ';
const GROUPS = '"-" for none [';
const VAULT = 'Vault password file [~/.config/homelab-deploy/vault-password]: ';

async function init(context: Context, ...args: string[]): Promise<void> {
  await run(['init', ...args], context, { version: '0' });
}

/** Runs it without a terminal; gives exit code and standard error. */
async function script(cwd: string, ...args: string[]): Promise<[number, string]> {
  const stderr = new PassThrough();
  const context = testContext({ cwd, home: cwd, stderr });
  await init(context, ...args);
  return [context.exitCode, String(stderr.read() ?? '')];
}

const SSH_CONFIG = { '.ssh/config': 'Host nas-1\n  User x\nHost old\n' };

/** A person whose nas-1 is an sshd of the lab, with a host key that is not known. */
async function atServer(lab: SshLab, { path }: TestDirectory): Promise<Typing> {
  const sshd = await lab.sshd({ trusted: false });
  await lab.configure(`Host nas-1\n  HostName 127.0.0.1\n  Port ${sshd.port}\n`);
  const env = { ...process.env, ANSIBLE_SSH_COMMON_ARGS: `-F ${lab.path('config')}` };
  return new Typing({ cwd: path, home: path, env });
}

async function filesIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort();
}

test(
  'questions, answered on a terminal, make an inventory that a push can use, with host keys recorded',
  need('sshd'),
  async () => {
    await using hub = await new StandInHub().start();
    await using lab = await SshLab.open();
    await using directory = await TestDirectory.create(SSH_CONFIG);
    const person = await atServer(lab, directory);
    const done = init(person.context);
    await person.answer(HUB, 'not a url');
    await person.answer(HUB, hub.url);
    await person.answerSecret(KEY, 'wrong-key');
    await person.answer(`Address of the hub [${hub.url}]: `, '');
    await person.answerSecret(KEY, hub.apiKey);
    await person.answer(TOKENS, 'n');
    await person.answer(SERVERS, '9');
    await person.answer(SERVERS, '1');
    await person.answer(USER, 'root');
    await person.answer(GROUPS, '');
    await person.answer(VAULT, '');
    await person.answer('[y/N] ', 'y');
    await done;
    const { screen, context } = person;
    assert.equal(context.exitCode, 0, screen);
    assert.match(screen, /Expected a URL .*found "not a url"/);
    assert.match(screen, /401 Unauthorized.*does not accept this API key/);
    assert.match(screen, /^ {3}1 {2}nas-1 {2}~\/\.ssh\/config$/m);
    assert.match(screen, /nas-1 \(127\.0\.0\.1 port \d+\) {2}ssh-ed25519 SHA256:[\w+/]{43}$/m);
    assert.match(screen, /^nas-1 {3}ok: .+, sudo works$/m);
    assert.match(screen, /^homelab-deploy doctor +checks servers and hub$/m);
    assert.doesNotMatch(screen, new RegExp(hub.apiKey));
    assert.match(await lab.read('known_hosts'), /ssh-ed25519 /);
    const password = directory.file('.config/homelab-deploy/vault-password');
    assert.equal((await stat(password)).mode & 0o777, 0o600);
    const inventory = await loadInventory([], { context });
    const [host] = inventory.settings();
    assert.equal(host?.config.api_key?.reveal(), hub.apiKey);
    assert.equal(host?.config.hub_url, hub.url);
    assert.deepEqual(host?.connection.user, 'root');
  },
);

test(
  'Ctrl-C where host keys are shown records none, and writes nothing',
  need('sshd'),
  async () => {
    await using lab = await SshLab.open();
    await using directory = await TestDirectory.create(SSH_CONFIG);
    const person = await atServer(lab, directory);
    const done = init(
      person.context,
      '--no-api-key',
      '--hub',
      'http://127.0.0.1:1',
      '--group',
      '-',
    );
    await person.answer('Use it all the same? [y/N] ', 'y');
    await person.answer(SERVERS, '1');
    await person.answer(USER, 'root');
    await person.answer('[y/N] ', null);
    await done;
    assert.equal(person.context.exitCode, 130, person.screen);
    assert.equal(await lab.read('known_hosts'), '');
    assert.deepEqual(await filesIn(directory.path), ['.ssh', '.ssh/config']);
  },
);

test('Ctrl-C at any question writes nothing and ends with 130', async () => {
  await using hub = await new StandInHub().start();
  const answers = [
    [HUB, hub.url],
    [KEY, hub.apiKey],
    [TOKENS, 'n'],
    [SERVERS, 'nas-1'],
    [USER, ''],
    [GROUPS, ''],
    [VAULT, ''],
  ] as const;
  for (let until = 0; until < answers.length; until += 1) {
    await using directory = await TestDirectory.create({});
    const person = new Typing({ cwd: directory.path, home: directory.path });
    const done = init(person.context);
    for (const [at, [question, line]] of answers.slice(0, until + 1).entries()) {
      const typed = at === until ? null : line;
      if (question === KEY) await person.answerSecret(question, typed);
      else await person.answer(question, typed);
    }
    await done;
    assert.equal(person.context.exitCode, 130, person.screen);
    assert.deepEqual(await filesIn(directory.path), [], answers[until]?.[0]);
  }
});

test('the end of input at a question is an interruption, too', async () => {
  await using directory = await TestDirectory.create({});
  const person = new Typing({ cwd: directory.path, home: directory.path });
  person.context.stdin.push(null);
  await init(person.context);
  assert.equal(person.context.exitCode, 130);
  assert.match(person.screen, /^homelab-deploy: Interrupted at a question$/m);
});

test('without a terminal the options that are missing are named, and nothing is written', async () => {
  await using directory = await TestDirectory.create({});
  const [code, said] = await script(directory.path, '--hub', 'hub:8080');
  assert.equal(code, 2);
  assert.match(said, /--api-key-file FILE \(or --no-api-key\), --host NAME, --vault-password-file/);
  assert.match(said, /see "homelab-deploy init --help"/);
  assert.deepEqual(await filesIn(directory.path), []);
});

const OPTIONS = ['--hub', 'hub:8080', '--api-key-file', 'key', '--offline'];

test('options alone write everything, and a file that is there is never overwritten', async () => {
  await using directory = await TestDirectory.create({ key: 'the-key\n' });
  const { path } = directory;
  const all = [...OPTIONS, '--host', 'nas-1', '--vault-password-file', 'vp', '-i', 'new.yaml'];
  assert.deepEqual(await script(path, ...all), [0, '']);
  assert.deepEqual(await filesIn(path), ['ansible.cfg', 'key', 'new.yaml', 'vp']);
  const inventory = await loadInventory('new.yaml', {
    context: testContext({ cwd: path, home: path }),
  });
  assert.equal(inventory.settings()[0]?.config.api_key?.reveal(), 'the-key');
  const before = await readFile(directory.file('new.yaml'), 'utf8');
  const [code, said] = await script(path, ...all);
  assert.equal(code, 2);
  assert.match(said, /Expected a new file, found an existing inventory, in which --host/);
  assert.equal(await readFile(directory.file('new.yaml'), 'utf8'), before);
});

test('what cannot be written leaves nothing behind', async () => {
  await using directory = await TestDirectory.create({ key: 'k', 'new.yaml/x': '' });
  await mkdir(join(directory.path, 'sub'));
  await writeFile(directory.file('inventory'), 'x');
  const [code, said] = await script(
    directory.path,
    ...[...OPTIONS, '--host', 'nas-1', '--vault-password-file', 'vp', '-i', 'key/inventory.yaml'],
  );
  assert.equal(code, 2);
  assert.match(said, /Cannot write key\/inventory\.yaml: .+ Nothing was written/);
  assert.ok(!(await filesIn(directory.path)).includes('vp'));
});

test('a hub that refuses the key ends a run without a terminal, and nothing is written', async () => {
  await using hub = await new StandInHub().start();
  await using directory = await TestDirectory.create({ key: 'wrong' });
  const [code, said] = await script(
    directory.path,
    ...[
      '--hub',
      hub.url,
      '--api-key-file',
      'key',
      '--host',
      'nas-1',
      '--vault-password-file',
      'vp',
    ],
  );
  assert.equal(code, 2);
  assert.match(said, /401 Unauthorized.*Nothing was written/);
  assert.deepEqual(await filesIn(directory.path), ['key']);
});

test('an inventory that is there needs -i, without a terminal', async () => {
  await using directory = await TestDirectory.create({ 'hosts.yml': 'all:\n  hosts:\n    a:\n' });
  const [code, said] = await script(directory.path, ...OPTIONS);
  assert.equal(code, 2);
  assert.match(said, /"-i hosts\.yml" adds what it lacks, "-i FILE" writes a new one/);
});

test('an inventory that lacks nothing still has its host keys recorded', need('sshd'), async () => {
  await using lab = await SshLab.open();
  await using directory = await TestDirectory.create({
    'inventory.yaml': `all:
  vars:
    homelab_agent_hub_url: http://127.0.0.1:1
    homelab_agent_api_key: abc123
    ansible_user: root
  hosts:
    nas-1:
`,
  });
  const person = await atServer(lab, directory);
  const pipe = testContext({ ...person.context, stdin: new PassThrough() });
  await init(pipe, '-i', 'inventory.yaml');
  assert.match(person.screen, /of nas-1\. .*: homelab-deploy init -i inventory\.yaml --accept-ho/);
  const done = init(person.context, '-i', 'inventory.yaml', '--group', 'all');
  await person.answer('[y/N] ', 'y');
  await done;
  const { screen, context } = person;
  assert.equal(context.exitCode, 0, screen);
  assert.match(screen, /^Host keys that are not known yet:\n {2}nas-1 .* ssh-ed25519 SHA256:/m);
  assert.match(screen, /^nas-1 {3}ok: .+, sudo works$/m);
  assert.match(screen, /^Nothing is missing in the inventory\. Next: homelab-deploy doctor$/m);
  assert.match(await lab.read('known_hosts'), /ssh-ed25519 /);
});
