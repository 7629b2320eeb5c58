// `npm run soak`: a long life beside a hub that fails again and again, in fast motion; what it uses has to stay flat.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { table } from '../../deployer/ui/text.ts';
import { fastTime, writeRelease } from '../bench/agent-release.ts';
import { MeasuredProcess } from '../bench/measured-process.ts';
import { Random } from '../faults/random.ts';
import { StandInHub } from '../support/hub.ts';
import type { FaultKind } from '../support/hub-faults.ts';
import { plot, type Series } from './plot.ts';
import { growth, type Point } from './trend.ts';

const { values } = parseArgs({
  options: {
    beats: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    /** A file for the plot. */
    svg: { type: 'string' },
  },
});
const beats = Number(values.beats);
const samples = 200;
/** Of these the hub has none that takes longer than a beat, which would be ten seconds of ours. */
const faults: readonly FaultKind[] = [
  'refuse',
  'reset',
  'nothing',
  '500',
  '502',
  '401',
  '403',
  'html',
  'garbage',
];

/** What is looked at, and by how much it may grow in the last three quarters of the beats. */
const figures = {
  rss: { name: 'Resident memory', unit: 'MB', most: 1 },
  anonymous: { name: 'Anonymous memory (heap)', unit: 'MB', most: 1 },
  descriptors: { name: 'Descriptors', unit: '', most: 0.5 },
  children: { name: 'Child processes', unit: '', most: 0.5 },
} as const;
type Figure = keyof typeof figures;

const directory = await mkdtemp(join(tmpdir(), 'soak-'));
try {
  process.exitCode = await main();
} finally {
  await rm(directory, { recursive: true });
}

async function main(): Promise<number> {
  const readings = await soak();
  const series = Object.entries(figures).map(
    ([figure, { name, unit }]): Series => ({
      name,
      unit,
      points: readings.map(each => ({ beats: each.beats, value: each[figure as Figure] })),
    }),
  );
  const rows = Object.values(figures).map(({ name, unit, most }, at) => {
    const points = series[at]?.points ?? [];
    const grown = growth(points);
    const shown = (point: Point | undefined) => `${point?.value.toFixed(1)} ${unit}`.trim();
    return {
      flat: grown <= most,
      cells: [
        name,
        shown(points[Math.floor(points.length / 4)]),
        shown(points.at(-1)),
        `${Math.max(...points.map(({ value }) => value)).toFixed(1)} ${unit}`.trim(),
        `${grown.toFixed(2)} ${unit}`.trim(),
        grown <= most ? 'flat' : `NOT FLAT, more than ${most}`,
      ],
    };
  });
  const head = ['', 'AFTER A QUARTER', 'AT THE END', 'MOST', 'GROWTH SINCE THE QUARTER', ''];
  process.stdout.write(
    table(
      head,
      rows.map(({ cells }) => cells),
    ),
  );
  if (values.svg !== undefined) {
    const title = `${beats.toLocaleString('en')} heartbeats beside a flapping hub`;
    await writeFile(values.svg, plot(title, series));
  }
  return rows.every(({ flat }) => flat) ? 0 : 1;
}

type Reading = Readonly<Record<Figure, number>> & { readonly beats: number };

async function soak(): Promise<Reading[]> {
  const release = await writeRelease(join(directory, 'release'), fastTime);
  await using hub = await new StandInHub().start();
  const config = join(directory, 'config.yaml');
  const [state, runtime] = [join(directory, 'state'), join(directory, 'run')];
  for (const each of [state, runtime]) await mkdir(each);
  const settings = `hub_url: ${hub.url}\nserver_id: soaked\napi_key: ${hub.apiKey}\nheartbeat_interval: 5\n`;
  await writeFile(config, settings, { mode: 0o600 });
  await using agent = new MeasuredProcess(release.launcher, ['run', '--config', config], {
    PATH: process.env['PATH'],
    STATE_DIRECTORY: state,
    RUNTIME_DIRECTORY: runtime,
  });
  const end = new AbortController();
  const flapping = flap(hub, new Random(values.seed), end.signal);
  const readings: Reading[] = [];
  let accepted = 0;
  for (let at = 1; at <= samples; at++) {
    const due = Math.round((beats / samples) * at);
    while (accepted + hub.beats.length < due) {
      agent.check();
      await sleep(20);
    }
    accepted += hub.beats.length;
    hub.forget();
    readings.push({ beats: due, ...agent.memory(), ...agent.handles() });
    if (at % (samples / 10) === 0) process.stderr.write(`${due} heartbeats accepted\n`);
  }
  end.abort();
  await flapping;
  return readings;
}

/** Well for a while, then one of its faults for a while, longer than the backlog at times. */
async function flap(hub: StandInHub, random: Random, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(random.between(300, 3_000));
    const [first = 'refuse', ...others] = faults;
    await hub.fault(random.pick(first, ...others));
    await sleep(random.between(20, 2_000));
    await hub.fault('none');
  }
}
