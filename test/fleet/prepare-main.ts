// Before the tests: installs what boots a fleet and builds its roots, with progress, so that no test seems to hang.
import { Steps } from '../support/progress.ts';
import { ensureAnsibleRoot } from './ansible-root.ts';
import { ensureBaseRoot } from './base-root.ts';
import { ANSIBLE_PACKAGES, ensurePackages, FLEET_PACKAGES } from './packages.ts';
import { fleetCache, nativeArchitecture } from './root-cache.ts';

if (process.getuid?.() === 0) {
  const steps = new Steps(process.stderr);
  await steps.run('Debian packages for the test fleet', progress =>
    ensurePackages([...FLEET_PACKAGES, ...ANSIBLE_PACKAGES], progress),
  );
  const cache = fleetCache(process.env);
  const native = nativeArchitecture(process.arch);
  // Side by side: half of the time is waiting for the mirror.
  await steps.run('Debian 12, 13 with its Ansible, and for arm64 (once)', progress =>
    Promise.all([
      ensureBaseRoot(cache, 'bookworm', native, progress),
      ensureBaseRoot(cache, 'trixie', native, progress),
      ensureBaseRoot(cache, 'bookworm', 'arm64', progress),
      ensureAnsibleRoot(process.env, progress),
    ]),
  );
} else {
  process.stderr.write('Not root: tests that boot real servers are skipped\n');
}
