/** What a user sees: the real program, as a process of its own. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';
import { StandInHub } from '../../../support/hub.ts';
import { until } from '../../../support/until.ts';

const bin = new URL('../../../../agent/bin.mjs', import.meta.url).pathname;
/** A host that answers at once: this machine's apt takes seconds. */
const recorded = new URL('../../../fixtures/hosts/debian-vm', import.meta.url).pathname;
const hub = new StandInHub();
let directory = '';
let config = '';

before(async () => {
  await hub.start();
  directory = await mkdtemp(join(tmpdir(), 'cli-'));
  config = join(directory, 'config.yaml');
  await writeConfig();
});
after(async () => {
  await hub.stop();
  await rm(directory, { recursive: true });
});

async function writeConfig(more = ''): Promise<void> {
  const text = `hub_url: ${hub.url}\nserver_id: nas-1\napi_key: ${hub.apiKey}\n${more}`;
  await writeFile(config, text, { mode: 0o600 });
}

function agent(...args: string[]) {
  return execa(process.execPath, [bin, ...args], {
    reject: false,
    env: { STATE_DIRECTORY: directory, RUNTIME_DIRECTORY: directory },
  });
}

test('--version prints the version and --help the commands', async () => {
  assert.match((await agent('--version')).stdout, /^\d+\.\d+\.\d+$/);
  const { stdout, exitCode } = await agent('--help');
  assert.equal(exitCode, 0);
  for (const command of ['run', 'once', 'print', 'check-config', 'health']) {
    assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
  }
});

test('without a command it prints its help, and starts nothing', async () => {
  const { stdout, exitCode } = await agent();
  assert.deepEqual([exitCode, stdout], [0, (await agent('--help')).stdout]);
});

test('run refuses while another agent runs, and leaves its status alone', async () => {
  const own = await mkdtemp(join(directory, 'two-'));
  const file = join(own, 'config.yaml');
  await writeFile(file, 'hub_url: http://127.0.0.1:1\nserver_id: nas-2\napi_key: k\n');
  const run = () =>
    execa(process.execPath, [bin, 'run', '--config', file, '--root', recorded], {
      reject: false,
      env: { STATE_DIRECTORY: own, RUNTIME_DIRECTORY: own },
      timeout: 30_000,
    });
  const first = run();
  const status = join(own, 'status.json');
  await until('a status', () => existsSync(status));
  const { exitCode, stderr } = await run();
  first.kill('SIGTERM');
  await first;
  assert.equal(exitCode, 1);
  assert.match(stderr, new RegExp(`found process ${first.pid}: stop it first`));
  assert.equal(JSON.parse(await readFile(status, 'utf8')).pid, first.pid);
});

for (const [args, message] of [
  [['chek-config'], 'Unknown command "chek-config": did you mean check-config?'],
  [['constructor'], 'Unknown command "constructor"'],
  [['--no-such'], 'Unknown option --no-such\nSee homelab-agent --help'],
  [['--versio'], 'Unknown option --versio: did you mean --version?\nSee homelab-agent --help'],
  [['print', 'more'], 'Unexpected arguments after print: more'],
] as const) {
  test(`a wrong command line ends with 2 and what is wrong: ${args.join(' ')}`, async () => {
    const { stderr, exitCode } = await agent(...args);
    assert.equal(exitCode, 2);
    assert.ok(stderr.startsWith(message), stderr);
    assert.match(stderr, /See homelab-agent --help$/);
  });
}

for (const command of ['run', 'once', 'print', 'check-config']) {
  test(`${command} ends with 78 and a message where the configuration is missing`, async () => {
    const missing = join(directory, 'missing.yaml');
    const { stderr, exitCode } = await agent(command, '--config', missing);
    assert.equal(exitCode, 78);
    assert.equal(
      stderr,
      `The configuration is missing or invalid:\n${missing}: No such file: the agent needs at least hub_url, server_id and api_key (see config.yaml.example beside the agent)`,
    );
  });
}

test('check-config FILE says what is wrong, or that nothing is', async () => {
  const right = await agent('check-config', config);
  assert.deepEqual([right.exitCode, right.stdout], [0, `${config}: The configuration is valid`]);
  const file = join(directory, 'wrong.yaml');
  await writeFile(file, 'hub_url: http://hub\nserver_id: nas-1\napi_kee: k\n', { mode: 0o600 });
  const wrong = await agent('check-config', file);
  assert.equal(wrong.exitCode, 78);
  assert.deepEqual(wrong.stderr.split('\n').slice(1), [
    `${file}:1:1: api_key: Expected the hub's shared key here, or a token in api_token, found neither`,
    `${file}:3:1: api_kee: Unknown key: did you mean api_key?`,
  ]);
});

test('check-config warns of a key that everyone can read', async () => {
  const file = join(directory, 'open.yaml');
  await writeFile(file, await readFile(config));
  await chmod(file, 0o644);
  const { stderr, exitCode } = await agent('check-config', file);
  assert.equal(exitCode, 0);
  assert.match(stderr, /^Warning: .*open.yaml: Every user of this server can read the key/);
});

test('a ca_file that is not there, or holds no certificate, is a wrong configuration', async () => {
  const file = join(directory, 'tls.yaml');
  for (const [ca, found] of [
    ['/no/such.pem', 'ENOENT'],
    [config, 'no certificate in it'],
  ] as const) {
    const text = `hub_url: https://hub\nserver_id: nas-1\napi_key: k\nca_file: ${ca}\n`;
    await writeFile(file, text, { mode: 0o600 });
    const { stderr, exitCode } = await agent('run', '-c', file);
    assert.equal(exitCode, 78);
    assert.match(stderr, new RegExp(`ca_file: Expected a file of certificates .*${found}$`));
  }
});

test('print prints a beat, and sends nothing', async () => {
  const { stdout, exitCode } = await agent('print', '-c', config, '--root', recorded);
  assert.equal(exitCode, 0);
  const beat: Record<string, unknown> = JSON.parse(stdout);
  assert.equal(beat['server_id'], 'nas-1');
  assert.equal(hub.requests.length, 0);
});

test('once sends one beat, and says what the hub answered', async () => {
  const done = await agent('once', '-c', config, '--root', recorded);
  assert.deepEqual(
    [done.exitCode, done.stdout],
    [0, `Delivered to ${hub.url} as nas-1, which registered this server`],
  );
  await hub.fault('409');
  const refused = await agent('once', '-c', config, '--root', recorded);
  await hub.fault('none');
  assert.equal(refused.exitCode, 1);
  assert.match(refused.stderr, /^Not delivered to .*: 409 Conflict/m);
});

test('run beats until SIGTERM, reloads at SIGHUP, and health knows', async () => {
  assert.match((await agent('health')).stderr, /^No agent is running here: expected .*status.json/);
  const before = hub.beats.length;
  const running = agent('run', '-c', config);
  const lines: string[] = [];
  for await (const line of running) {
    lines.push(line);
    if (line.includes('The hub accepts')) {
      await writeConfig('mode: [x]\n');
      running.kill('SIGHUP');
    }
    if (line.includes('The previous configuration')) {
      await writeConfig('mode: readwrite\n');
      running.kill('SIGHUP');
    }
    if (line.includes('Configuration loaded') && lines.length > 2) running.kill('SIGTERM');
  }
  const { exitCode } = await running;
  assert.equal(exitCode, 0);
  const shown = lines.map(line => line.replace(/ \w+=.*/, ''));
  assert.deepEqual(shown, [
    '<6>Agent started',
    '<6>Configuration loaded',
    '<6>The hub accepts the heartbeats',
    '<3>Configuration rejected',
    '<4>The previous configuration stays in use',
    '<6>Configuration loaded',
    '<6>Agent stopped',
  ]);
  assert.ok(hub.beats.length > before);
  const health = await agent('health');
  assert.equal(health.exitCode, 0);
  assert.match(health.stdout, /^Last heartbeat delivered \d+ s ago$/);
});

test('run ends at SIGTERM while its configuration cannot be read yet', async () => {
  const fifo = join(directory, 'fifo');
  await execa('mkfifo', [fifo]);
  const running = agent('run', '--config', fifo);
  await once(running.stdout, 'data');
  running.kill('SIGTERM');
  const { exitCode, stdout } = await running;
  assert.equal(exitCode, 0);
  assert.match(stdout, /Agent stopped$/);
});
