import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { writeRelease } from '../../bench/agent-release.ts';
import type { Fault, FaultGroup } from '../fault.ts';
import type { Random } from '../random.ts';
import type { AgentFault } from './agent-fault.ts';
import { allFaults } from './all-faults.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const namespaces = ['--mount', '--net', '--ipc', '--pid', '--fork', '--kill-child'];
/** A run waits most of its time. */
const runsPerCore = 3;
/** The longest fault, apt that hangs, lasts a minute. */
const limitMs = 240_000;

/** Faults of an agent that is built as it ships, but for its clock, which runs faster: by so much, if named. */
export async function agentFaults(speed?: number): Promise<FaultGroup> {
  const directory = await mkdtemp(join(tmpdir(), 'faults-'));
  const release = join(directory, 'release');
  await writeRelease(release, { clock: path('clock.ts'), globals: path('timers.ts') });
  const asFault = ({ name, expected, times }: AgentFault): Fault => ({
    name,
    expected,
    times,
    run: random => run(release, name, random, speed),
  });
  return {
    faults: allFaults.map(asFault),
    atOnce: runsPerCore * availableParallelism(),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

/** One run in namespaces of its own, where mounts, interfaces and processes are the fault's to break. */
async function run(release: string, name: string, random: Random, speed?: number): Promise<string> {
  const seed = String(random.between(0, 2 ** 31));
  const args = [...namespaces, process.execPath, path('world-main.ts'), release, name, seed];
  const child = spawn('unshare', args, {
    // It ends when its input does, so that none outlives this process.
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...(speed !== undefined && { FAULT_SPEED: String(speed) }) },
    signal: AbortSignal.timeout(limitMs),
    killSignal: 'SIGKILL',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${stdout}\n${stderr}`.trim());
  return stdout;
}
