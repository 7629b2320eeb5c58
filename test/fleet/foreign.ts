import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { Progress } from '../support/progress.ts';
import { ensurePackages } from './packages.ts';
import { type Architecture, nativeArchitecture } from './root-cache.ts';

const BINFMT = '/proc/sys/fs/binfmt_misc';
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
  if (existsSync(`${BINFMT}/qemu-aarch64`)) return;
  await writeFile(`${BINFMT}/register`, (await readFile(ARM64_FORMAT, 'utf8')).trim());
}
