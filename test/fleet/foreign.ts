import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Progress } from '../support/progress.ts';
import { ensurePackages } from './packages.ts';
import { type Architecture, nativeArchitecture } from './root-cache.ts';

const BINFMT = '/proc/sys/fs/binfmt_misc';
/** Our own entry, which the kernel asks first: an entry of the machine's is not touched. */
const ENTRY = 'homelab-fleet-arm64';
/** How the package tells the kernel which files its emulator runs, `:name:M::magic:mask:interpreter:flags`. */
const ARM64_FORMAT = '/usr/lib/binfmt.d/qemu-aarch64.conf';

/** Makes this machine run programs of the other architecture, by emulation. */
export async function ensureRuns(architecture: Architecture, progress: Progress): Promise<void> {
  if (architecture === nativeArchitecture(process.arch)) return;
  if (architecture !== 'arm64') throw new Error(`No emulation of ${architecture} is prepared here`);
  await ensurePackages(['qemu-user-static'], progress);
  if (!existsSync(`${BINFMT}/register`)) {
    await execa('mount', ['-t', 'binfmt_misc', 'binfmt_misc', BINFMT]);
  }
  if (existsSync(join(BINFMT, ENTRY))) return;
  await writeFile(`${BINFMT}/register`, entryFrom(await readFile(ARM64_FORMAT, 'utf8')));
}

/** The package's line under our name, with the flag C: without it sudo would not become root in the emulation. */
function entryFrom(line: string): string {
  const fields = line.trim().split(':');
  fields[1] = ENTRY;
  return `${fields.join(':')}C`;
}
