/**
 * What the agent costs, beside Debian's prometheus-node-exporter in the same run: compare by ratio, as the machine and
 * what else runs on it make every figure. Some ten minutes; `--beats N` of the long run (10,000) makes it shorter.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process, { hrtime } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Authority } from '../support/certificates.ts';
import { StandInHub } from '../support/hub.ts';
import { fastTime, type Release, writeRelease } from './agent-release.ts';
import {
  type Cpu,
  MeasuredProcess,
  type Memory,
  perRound,
  type Written,
} from './measured-process.ts';
import { findNodeExporter } from './node-exporter.ts';

const { values } = parseArgs({
  options: { beats: { type: 'string', default: '10000' } },
  allowPositionals: true,
});
const longRun = Number(values.beats);
/**
 * Beats at the shortest interval that a configuration may have, for the figures of a beat: one collection is among
 * them.
 */
const counted = 60;
/** At the interval that a configuration has by itself. */
const beatsADay = 24 * 60;

// In memory where that is to be had, as /run is: a disk's work is no beat's.
const directory = await mkdtemp(
  existsSync('/dev/shm') ? '/dev/shm/bench-' : join(tmpdir(), 'bench-'),
);
// As /var/lib is.
const onDisk = await mkdtemp(join(tmpdir(), 'bench-'));
const say = (text: string) => void process.stderr.write(`${text}\n`);
const seconds = () => Number(hrtime.bigint()) / 1e9;

/** A hub, and what else an agent's configuration has to say to reach it. */
interface Hub {
  readonly name: 'plain' | 'tls';
  readonly hub: StandInHub;
  readonly settings: string;
}

try {
  const release = await writeRelease(join(directory, 'release'));
  const hasty = await writeRelease(join(directory, 'hasty'), fastTime);
  const exporter = await scrapes(await findNodeExporter(directory));
  const authority = await Authority.make(directory, 'authority');
  await using hub = await new StandInHub().start();
  await using secure = await new StandInHub({ tls: await certificate(authority) }).start();
  const plain: Hub = { name: 'plain', hub, settings: '' };
  const tls: Hub = { name: 'tls', hub: secure, settings: `ca_file: ${authority.file}\n` };
  // The two agents run side by side, but start apart.
  say(`Beating ${counted} times at an interval of 5 s, over HTTP and over TLS`);
  const beat = await Promise.all([
    beats(release, plain),
    sleep(20_000).then(() => beats(release, tls)),
  ]);
  say(`Beating ${longRun} times, with a clock that runs fast`);
  const long = await Promise.all([manyBeats(hasty, plain), manyBeats(hasty, tls)]);
  report(release.size, exporter, beat, long, await emptyScript());
} finally {
  await rm(directory, { recursive: true });
  await rm(onDisk, { recursive: true });
}

async function certificate(authority: Authority): Promise<{ cert: Buffer; key: Buffer }> {
  const signed = await authority.sign('IP:127.0.0.1');
  return { cert: await readFile(signed.certificate), key: await readFile(signed.key) };
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

async function beats(
  release: Release,
  about: Hub,
): Promise<{ cpu: Cpu; first: number; memory: Memory; written: [Written, Written] }> {
  const { hub } = about;
  await using _ = await notificationSocket(about);
  const started = seconds();
  await using agent = await startAgent(release, about);
  await beaten(hub, 1);
  const first = seconds() - started;
  // What a start costs is no beat's: the preparation, and apt's first simulation.
  await beaten(hub, 4);
  const counting = () => hub.beats.at(-1)?.body['updates_available'] == null;
  for (let waited = 0; counting() && waited < 120; waited++) await sleep(1000);
  const start = hub.beats.length;
  const before = agent.cpu();
  const writtenBefore = agent.written();
  await beaten(hub, start + counted);
  return {
    cpu: perRound(before, agent.cpu(), counted),
    first,
    memory: agent.memory(),
    written: [writtenBefore, agent.written()],
  };
}

async function manyBeats(release: Release, about: Hub): Promise<{ hundred: Memory; all: Memory }> {
  const { hub } = about;
  hub.forget();
  await using _ = await notificationSocket(about);
  await using agent = await startAgent(release, about);
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

async function startAgent({ launcher }: Release, { name, hub, settings }: Hub) {
  const own = join(directory, name);
  const config = join(own, 'config.yaml');
  const text = `hub_url: ${hub.url}\nserver_id: bench-${name}\napi_key: ${hub.apiKey}\nheartbeat_interval: 5\n`;
  await writeFile(config, text + settings, { mode: 0o600 });
  const state = join(onDisk, name);
  await mkdir(state, { recursive: true });
  return new MeasuredProcess(launcher, ['run', '--config', config], {
    PATH: process.env['PATH'],
    STATE_DIRECTORY: state,
    RUNTIME_DIRECTORY: own,
    NOTIFY_SOCKET: join(own, 'notify'),
    WATCHDOG_USEC: '300000000',
  });
}

/** Somebody who listens where systemd would: Node has no datagram sockets of the Unix kind, Perl is on every Debian. */
async function notificationSocket({ name }: Hub): Promise<MeasuredProcess> {
  const path = join(directory, name, 'notify');
  await mkdir(join(directory, name), { recursive: true });
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
  [plain, tls]: [Awaited<ReturnType<typeof beats>>, Awaited<ReturnType<typeof beats>>],
  [long, longTls]: [Awaited<ReturnType<typeof manyBeats>>, Awaited<ReturnType<typeof manyBeats>>],
  empty: Memory,
): void {
  const ms = (value: number) => `${(value * 1000).toFixed(1)} ms`;
  const mb = (value: number) => `${value.toFixed(1)} MB`;
  const memory = ({ anonymous, rss }: Memory) => `${mb(anonymous)} / ${mb(rss)}`;
  const aDay = (from: { written: [Written, Written] }, what: keyof Written) =>
    ((from.written[1][what] - from.written[0][what]) / counted) * beatsADay;
  const disk = (from: typeof plain) =>
    `${(aDay(from, 'disks') / 1000).toFixed(0)} kB / ${aDay(from, 'lines').toFixed(0)}`;
  const budget = '15.0 MB / 55.0 MB';
  const rows = [
    ['', 'agent', 'agent, over TLS', 'node_exporter', 'budget'],
    ['---', '---', '---', '---', '---'],
    [
      'processor time a beat, a scrape',
      ms(plain.cpu.own),
      ms(tls.cpu.own),
      ms(exporter.cpu.own),
      ms(exporter.cpu.own / 2),
    ],
    [
      'of children (apt-get, where packages changed meanwhile)',
      ms(plain.cpu.children),
      ms(tls.cpu.children),
      '',
      '0.0 ms',
    ],
    [
      `anonymous memory / RSS after ${counted + 4} beats`,
      memory(plain.memory),
      memory(tls.memory),
      memory(exporter.memory),
      budget,
    ],
    ['after 100 beats, fast', memory(long.hundred), memory(longTls.hundred), '', budget],
    [`after ${longRun} beats, fast`, memory(long.all), memory(longTls.all), '', budget],
    ['written to disks / lines in the journal, a day', disk(plain), disk(tls), '', '0 kB / 0'],
    ['an empty script in Node', memory(empty), '', '', ''],
    ['start to first beat', `${plain.first.toFixed(2)} s`, `${tls.first.toFixed(2)} s`, '', '1 s'],
    ['bundle', `${Math.round(bytes / 1000)} kB`, '', '', '350 kB'],
  ];
  say(`Node ${process.version}`);
  process.stdout.write(`${rows.map(row => `| ${row.join(' | ')} |`).join('\n')}\n`);
}
