import { PassThrough } from 'node:stream';
import { canInstall } from '../support/machine.ts';
import { findLacks, helpfulPackages, type Lacks } from '../support/need.ts';
import { type Progress, Steps } from '../support/progress.ts';
import { ensureAnsibleRoot } from './ansible-root.ts';
import { ensureBaseRoot } from './base-root.ts';
import { ensurePackages } from './packages.ts';
import { fleetCache, nativeArchitecture } from './root-cache.ts';

/** Installs the packages that the tests take, as far as this machine lets it; answers with what it lacks then. */
export async function installPackages(): Promise<Lacks> {
  if (canInstall()) {
    const steps = new Steps(process.stderr);
    const work = steps.run('Debian packages for the tests', progress =>
      ensurePackages(helpfulPackages(), progress),
    );
    await work.catch(tell);
  }
  return findLacks();
}

/** Builds the systems that servers lie over; answers with what this machine lacks when that fails. */
export async function buildRoots(lacks: Lacks): Promise<Lacks> {
  if (lacks.servers !== undefined) return lacks;
  // Lines of their own, not one that moves: tests run beside this.
  const lines = new PassThrough();
  lines.pipe(process.stderr, { end: false });
  const work = new Steps(lines).run('Debian 12, 13 with its Ansible, and for arm64', progress =>
    buildAll(lacks, progress),
  );
  return await work.then(
    () => lacks,
    error => {
      tell(error);
      return { ...lacks, servers: 'the systems of its servers' };
    },
  );
}

/** Side by side: half of the time is waiting for the mirror. */
async function buildAll(lacks: Lacks, progress: Progress): Promise<void> {
  const cache = fleetCache(process.env);
  const native = nativeArchitecture(process.arch);
  const emulated = lacks['arm64 servers'] === undefined ? (['arm64'] as const) : [];
  await Promise.all([
    ensureBaseRoot(cache, 'bookworm', native, progress),
    ensureBaseRoot(cache, 'trixie', native, progress),
    ...emulated.map(arch => ensureBaseRoot(cache, 'bookworm', arch, progress)),
    ensureAnsibleRoot(process.env, progress),
  ]);
}

function tell(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
