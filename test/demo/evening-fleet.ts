import { appendFile, mkdir, mkdtemp } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Fleet, startFleet } from '../fleet/fleet.ts';
import { installHubAgent } from '../fleet/hub-agent.ts';
import { stubDist } from '../servers/deployer/stub-dist.ts';
import { deployArgv } from '../support/deploy.ts';
import { onTerminal, seen } from '../support/terminal.ts';

/** A person at a terminal, with a key that five servers know, and nothing else. */
export interface Stage extends AsyncDisposable {
  readonly fleet: Fleet;
  /** Types `homelab-deploy COMMAND`, and gives what stands on the screen in the end. */
  type(command: string, answers?: Answers): Promise<{ text: string; code: number | null }>;
  /** Adds a line to the variables of all servers. */
  set(line: string): Promise<void>;
  /** Makes `build --out broken` out of an agent that dies after some seconds. */
  makeBroken(): Promise<void>;
  /** Installs the hub's own agent on a server, as the hub does. */
  installOther(name: string): Promise<void>;
}

export type Answers = readonly (readonly [question: RegExp, answer: string])[];

export async function startEvening(columns: number): Promise<Stage> {
  const fleet = await startFleet({ hosts: ['nas-1', 'nas-2', 'pi-1', 'pi-2', 'minipc-1'] });
  const hub = await fleet.startHub();
  const home = await mkdtemp(join(fleet.directory, 'home-'));
  const work = join(home, 'homelab');
  await mkdir(work);
  const knownHosts = join(home, '.ssh/known_hosts');
  await mkdir(join(home, '.ssh'), { mode: 0o700 });
  const env = {
    HOME: home,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
    ANSIBLE_PRIVATE_KEY_FILE: fleet.keyFile,
    ANSIBLE_SSH_COMMON_ARGS: `-o UserKnownHostsFile=${knownHosts} -o IdentitiesOnly=yes`,
  };
  return {
    fleet,
    async type(command, answers = []) {
      const argv = deployArgv(command.split(' ').filter(word => word !== ''));
      const { raw, code } = await onTerminal(fleet, argv, { columns, answers, cwd: work, env });
      // Where this machine keeps things says nothing to a reader.
      const text = seen(raw).replaceAll(work, '~/homelab').replaceAll(home, '~');
      return { text, code };
    },
    async set(line) {
      await mkdir(join(work, 'group_vars'), { recursive: true });
      await appendFile(join(work, 'group_vars/all.yml'), `${line}\n`);
    },
    async makeBroken() {
      await mkdir(join(work, 'broken'));
      await stubDist(join(work, 'broken'), '0.2.0', 'dies after 3 s');
    },
    async installOther(name) {
      const { hubUrl } = fleet;
      await installHubAgent(fleet.host(name), hub, { hubUrl, services: ['ssh', 'dbus'] });
    },
    [Symbol.asyncDispose]: () => fleet.stop(),
  };
}
