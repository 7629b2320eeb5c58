import { canInstall } from '../support/machine.ts';
import { findLacks, helpfulPackages, type Lacks } from '../support/need.ts';
import { type Progress, Steps } from '../support/progress.ts';
import { ensureAnsibleRoot } from './ansible-root.ts';
import { ensureBaseRoot } from './base-root.ts';
import { ensurePackages } from './packages.ts';
import { fleetCache, nativeArchitecture } from './root-cache.ts';

/**
 * Installs what boots a fleet and builds its roots, as far as this machine lets it, with progress, so that no test
 * seems to hang. Answers with what this machine lacks then; what failed is told on standard error.
 */
export async function prepareMachine(): Promise<Lacks> {
  const steps = new Steps(process.stderr);
  if (canInstall()) {
    const install = steps.run('Debian packages for the tests', progress =>
      ensurePackages(helpfulPackages(), progress),
    );
    await install.catch(tell);
  }
  const lacks = findLacks();
  if (lacks.servers !== undefined) return lacks;
  const build = steps.run('Debian 12, 13 with its Ansible, and for arm64 (once)', progress =>
    buildRoots(lacks, progress),
  );
  const built = await build.then(() => true, tell);
  return built === true ? lacks : { ...lacks, servers: 'base systems of its servers' };
}

/** Side by side: half of the time is waiting for the mirror. */
async function buildRoots(lacks: Lacks, progress: Progress): Promise<void> {
  const cache = fleetCache(process.env);
  const native = nativeArchitecture(process.arch);
  const foreign = lacks['arm64 servers'] === undefined ? (['arm64'] as const) : [];
  await Promise.all([
    ensureBaseRoot(cache, 'bookworm', native, progress),
    ensureBaseRoot(cache, 'trixie', native, progress),
    ...foreign.map(arch => ensureBaseRoot(cache, 'bookworm', arch, progress)),
    ensureAnsibleRoot(process.env, progress),
  ]);
}

function tell(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
