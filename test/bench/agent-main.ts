/**
 * What the agent costs, beside Debian's prometheus-node-exporter in the same run: compare by ratio, as the machine and
 * what else runs on it make every figure. Some ten minutes; `--beats N` of the long run (10,000) makes it shorter.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { hrtime } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { StandInHub } from '../support/hub.ts';
import { type Release, writeRelease } from './agent-release.ts';
import { type Cpu, MeasuredProcess, type Memory, perRound } from './measured-process.ts';
import { findNodeExporter } from './node-exporter.ts';

const { values } = parseArgs({
  options: { beats: { type: 'string', default: '10000' } },
  allowPositionals: true,
});
const longRun = Number(values.beats);
/** Beats at the shortest interval that a configuration may have, for the figures of a beat: one collection is among them. */
const counted = 60;

// In memory where that is to be had, as /run is: a disk's work is no beat's.
const directory = await mkdtemp(
  existsSync('/dev/shm') ? '/dev/shm/bench-' : join(tmpdir(), 'bench-'),
);
const say = (text: string) => void process.stderr.write(`${text}\n`);
const seconds = () => Number(hrtime.bigint()) / 1e9;

try {
  const release = await writeRelease(join(directory, 'release'), { fast: false });
  const hasty = await writeRelease(join(directory, 'hasty'), { fast: true });
  const exporter = await scrapes(await findNodeExporter(directory));
  const beat = await beats(release);
  const long = await manyBeats(hasty);
  report(release.size, exporter, beat, long, await emptyScript());
} finally {
  await rm(directory, { recursive: true });
}

async function scrapes(program: string): Promise<{ cpu: Cpu; memory: Memory }> {
  say(`Scraping ${program} ${counted} times`);
  const address = '127.0.0.1:19100';
  await using exporter = new MeasuredProcess(program, [`--web.listen-address=${address}`], {});
  const scrape = async () => void (await (await fetch(`http://${address}/metrics`)).text());
  for (let tries = 0; tries < 50; tries++) {
    await sleep(200);
    if (
      await scrape().then(
        () => true,
        () => false,
      )
    )
      break;
  }
  const before = exporter.cpu();
  for (let count = 0; count < counted; count++) {
    await sleep(1000);
    await scrape();
  }
  return { cpu: perRound(before, exporter.cpu(), counted), memory: exporter.memory() };
}

async function beats(release: Release): Promise<{ cpu: Cpu; first: number; memory: Memory }> {
  say(`Beating ${counted} times at an interval of 5 s`);
  await using hub = await new StandInHub().start();
  await using _ = await notificationSocket();
  const started = seconds();
  await using agent = await startAgent(release, hub, 5);
  await beaten(hub, 1);
  const first = seconds() - started;
  // What a start costs is no beat's: the preparation, and apt's first simulation.
  await beaten(hub, 4);
  const counting = () => hub.beats.at(-1)?.body['updates_available'] == null;
  for (let waited = 0; counting() && waited < 120; waited++) await sleep(1000);
  const start = hub.beats.length;
  const before = agent.cpu();
  await beaten(hub, start + counted);
  return { cpu: perRound(before, agent.cpu(), counted), first, memory: agent.memory() };
}

async function manyBeats(release: Release): Promise<{ hundred: Memory; all: Memory }> {
  say(`Beating ${longRun} times, with a clock that runs fast`);
  await using hub = await new StandInHub().start();
  await using _ = await notificationSocket();
  await using agent = await startAgent(release, hub, 5);
  await beaten(hub, 100);
  const hundred = agent.memory();
  let count = hub.beats.length;
  while (count < longRun) {
    count += hub.beats.length;
    hub.forget();
    await beaten(hub, Math.min(500, longRun - count));
  }
  return { hundred, all: agent.memory() };
}

/** What Node takes before it has anything to do. */
async function emptyScript(): Promise<Memory> {
  await using empty = new MeasuredProcess(
    process.execPath,
    ['-e', 'setInterval(() => {}, 1e6)'],
    {},
  );
  await sleep(2000);
  return empty.memory();
}

async function startAgent({ launcher }: Release, hub: StandInHub, interval: number) {
  const text = `hub_url: ${hub.url}\nserver_id: bench\napi_key: ${hub.apiKey}\nheartbeat_interval: ${interval}\n`;
  const config = join(directory, 'config.yaml');
  await writeFile(config, text, { mode: 0o600 });
  return new MeasuredProcess(launcher, ['run', '--config', config], {
    PATH: process.env['PATH'],
    STATE_DIRECTORY: directory,
    RUNTIME_DIRECTORY: directory,
    NOTIFY_SOCKET: join(directory, 'notify'),
    WATCHDOG_USEC: '300000000',
  });
}

/** Somebody who listens where systemd would: Node has no datagram sockets of the Unix kind, Perl is on every Debian. */
async function notificationSocket(): Promise<MeasuredProcess> {
  const path = join(directory, 'notify');
  await rm(path, { force: true });
  const script =
    'socket(S, AF_UNIX, SOCK_DGRAM, 0); bind(S, sockaddr_un($ARGV[0])) or die $!; recv(S, $b, 4096, 0) while 1';
  const listener = new MeasuredProcess('perl', ['-MSocket', '-e', script, path], {});
  await sleep(500);
  return listener;
}

async function beaten(hub: StandInHub, count: number): Promise<void> {
  while (hub.beats.length < count) await sleep(10);
}

function report(
  bytes: number,
  exporter: Awaited<ReturnType<typeof scrapes>>,
  beat: Awaited<ReturnType<typeof beats>>,
  long: Awaited<ReturnType<typeof manyBeats>>,
  empty: Memory,
): void {
  const ms = (value: number) => `${(value * 1000).toFixed(1)} ms`;
  const mb = (value: number) => `${value.toFixed(1)} MB`;
  const both = ({ anonymous, rss }: Memory) => `${mb(anonymous)} / ${mb(rss)}`;
  const rows = [
    ['', 'agent', 'node_exporter', 'budget'],
    ['---', '---', '---', '---'],
    [
      'processor time a beat, a scrape',
      ms(beat.cpu.own),
      ms(exporter.cpu.own),
      `6.0 ms and ${ms(exporter.cpu.own / 2)}`,
    ],
    [
      'of children (apt-get, where packages changed meanwhile)',
      ms(beat.cpu.children),
      '',
      '0.0 ms',
    ],
    [
      `anonymous memory / RSS after ${counted + 4} beats`,
      both(beat.memory),
      both(exporter.memory),
      '16.0 MB / 55.0 MB',
    ],
    ['after 100 beats, fast', both(long.hundred), '', '16.0 MB / 55.0 MB'],
    [`after ${longRun} beats, fast`, both(long.all), '', '16.0 MB / 55.0 MB'],
    ['an empty script in Node', both(empty), '', ''],
    ['start to first beat', `${beat.first.toFixed(2)} s`, '', '1 s'],
    ['bundle', `${Math.round(bytes / 1000)} kB`, '', '600 kB'],
  ];
  say(`Node ${process.version}`);
  process.stdout.write(`${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`);
}
