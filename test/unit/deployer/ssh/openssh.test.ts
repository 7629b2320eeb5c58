import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { Secret } from '../../../../deployer/inventory/secret.ts';
import { sshArguments } from '../../../../deployer/ssh/ask-ssh.ts';
import { HostKeyRefused, LoginRefused, Unreachable } from '../../../../deployer/ssh/errors.ts';
import { commandArguments, masterArguments } from '../../../../deployer/ssh/openssh/arguments.ts';
import { Askpass } from '../../../../deployer/ssh/openssh/askpass.ts';
import { EndMark } from '../../../../deployer/ssh/openssh/end-mark.ts';
import { explainOpenssh } from '../../../../deployer/ssh/openssh/explain-openssh.ts';
import { parseSshConfig } from '../../../../deployer/ssh/ssh-config.ts';

const CONFIG = parseSshConfig('nas', 'hostname 10.0.0.5\nport 22\nuser admin\n');
const TARGET = {
  name: 'nas-1',
  host: 'nas',
  port: 2222,
  sshArgs: ['-o', 'ControlMaster=auto'],
  connectTimeoutMs: 1500,
  become: { user: 'root' },
} as const;

const ROUTE = { target: TARGET, config: CONFIG, hops: [] };
const NO_SECRETS = { passphrases: false, password: false };

test('masterArguments() puts our options before those of the inventory, since ssh takes the first', () => {
  const args = masterArguments(ROUTE, '/tmp/100%/s', 'true', NO_SECRETS);
  assert.ok(args.indexOf('ControlMaster=yes') < args.indexOf('ControlMaster=auto'));
  assert.ok(args.includes('ControlPath=/tmp/100%%/s'));
  assert.ok(args.includes('ConnectTimeout=2'));
  assert.ok(args.includes('BatchMode=yes'));
  assert.deepEqual(args.slice(-3), ['--', 'nas', 'true']);
});

test('ansible_ssh_args win over port, user and key, and the other arguments do not', () => {
  const target = {
    ...TARGET,
    sshArgsBefore: ['-o', 'Port=23'],
    user: 'admin',
    sshArgs: ['-p', '24'],
  };
  assert.deepEqual(sshArguments(target), [
    ...['-o', 'Port=23', '-p', '2222', '-l', 'admin', '-p', '24'],
  ]);
});

test('masterArguments() never lets a changed host key through', () => {
  const lax = parseSshConfig('nas', 'stricthostkeychecking false\n');
  const args = masterArguments({ ...ROUTE, config: lax }, '/tmp/s', 'true', NO_SECRETS);
  assert.ok(args.includes('StrictHostKeyChecking=accept-new'));
});

test('masterArguments() names every hop of a ProxyJump, each with the tokens for its own ssh', () => {
  const hop = (alias: string) => ({ alias, args: ['-p', '22'], question: [], config: CONFIG });
  const hops = [hop('inner'), hop('outer')];
  const secrets = { passphrases: true, password: true };
  const args = masterArguments({ ...ROUTE, hops }, '/tmp/s', 'true', secrets);
  const command = args.find(arg => arg.startsWith('ProxyCommand=')) ?? '';
  assert.match(command, /^ProxyCommand=ssh .* -p 22 -W '\[%h\]:%p' -- inner$/);
  assert.match(command, /ProxyCommand=ssh .* -p 22 -W .*\[%%h\]:%%p.* -- outer/);
  // The server's password is for the server alone.
  assert.equal(command.match(/PasswordAuthentication=no/g)?.length, 2);
  assert.ok(!args.includes('PasswordAuthentication=no'));
});

test('commandArguments() keep ssh from logging in anew when the shared connection is gone', () => {
  assert.ok(commandArguments(CONFIG, '/tmp/s', 'true').includes('ProxyCommand=false'));
});

test('EndMark takes its mark out of stderr wherever the pieces are cut', async () => {
  const wrapped = new EndMark('cafe').wrap("sh -c 'printf own >&2; exit 255'");
  const { stderr, exitCode } = await execa('sh', ['-c', wrapped], { reject: false });
  assert.equal(exitCode, 255);
  const bytes = Buffer.from(`${stderr}\n`);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const mark = new EndMark('cafe');
    const own = [bytes.subarray(0, cut), bytes.subarray(cut)].map(part => mark.read(part));
    assert.equal(Buffer.concat([...own, mark.rest()]).toString(), 'own');
    assert.equal(mark.ended, true);
  }
});

test('EndMark gives back what only looked like its mark', () => {
  const mark = new EndMark('cafe');
  const held = mark.read(Buffer.from('text command-en'));
  assert.equal(held.toString(), 'text ');
  assert.equal(mark.rest().toString(), 'command-en');
  assert.equal(mark.ended, false);
});

test("explainOpenssh() tells the kinds of trouble apart by ssh's own words", () => {
  const cases = [
    [
      HostKeyRefused,
      'No ED25519 host key is known for [10.0.0.5]:2222 and you have requested strict checking.\r\nHost key verification failed.',
    ],
    [
      HostKeyRefused,
      '@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n@@@@\r\n',
    ],
    [LoginRefused, 'admin@10.0.0.5: Permission denied (publickey,password).'],
    [LoginRefused, 'Received disconnect from 10.0.0.5 port 22:2: Too many authentication failures'],
    [Unreachable, 'ssh: Could not resolve hostname nas-9: Name or service not known'],
    [Unreachable, 'ssh: connect to host 10.0.0.5 port 22: No route to host'],
    [Unreachable, ''],
  ] as const;
  for (const [Kind, words] of cases) {
    const error = explainOpenssh('nas-1', CONFIG, words, []);
    assert.ok(error instanceof Kind, words);
    assert.match(error.message, /nas \(10\.0\.0\.5 port 22\)/);
    assert.doesNotMatch(error.message, /[\r\n]|@@/);
  }
});

test('Askpass answers the questions it knows while it is open, and its program holds no secret', async t => {
  const dir = await mkdtemp(join(tmpdir(), 'askpass-'));
  t.after(() => rm(dir, { recursive: true }));
  const askpass = await Askpass.start(dir, [
    { question: "/home/o'neil/id", secret: new Secret('first') },
    { question: 'assword', secret: new Secret('sec`ond') },
  ]);
  const ask = async (question: string) => {
    const program = String(askpass.env['SSH_ASKPASS']);
    const { stdout, exitCode } = await execa(program, [question], { reject: false });
    return exitCode === 0 ? stdout : exitCode;
  };
  assert.equal(await ask("Enter passphrase for key '/home/o'neil/id': "), 'first');
  assert.equal(await ask("admin@10.0.0.5's password: "), 'sec`ond');
  assert.equal(await ask('Are you sure you want to continue connecting (yes/no)?'), 1);
  assert.doesNotMatch(await readFile(join(dir, 'askpass'), 'utf8'), /first|sec`ond/);
  assert.doesNotMatch(JSON.stringify(askpass.env), /first|sec`ond/);
  await askpass.close();
  assert.equal(await ask("admin@10.0.0.5's password: "), 1);
});
