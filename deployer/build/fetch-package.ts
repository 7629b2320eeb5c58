import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { UserError } from '../lib/errors.ts';
import type { RuntimeRequest } from './runtime.ts';

/**
 * npm's own retries take more than a minute where it has no registry, while servers wait. Its time limit is for the
 * answer to begin, not for all of it.
 */
const NPM_OPTIONS = [
  ...['--prefer-offline', '--ignore-scripts'],
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-timeout=10000'],
];

/**
 * The npm package that carries a runtime, as npm gives it.
 * Throws UserError where npm cannot fetch it.
 */
export async function fetchPackage(request: RuntimeRequest): Promise<Buffer> {
  const { arch, version, signal, env } = request;
  const directory = await mkdtemp(join(tmpdir(), 'homelab-deploy-runtime-'));
  const spec = `node-linux-${arch}@${version}`;
  try {
    await execa('npm', ['pack', ...NPM_OPTIONS, '--pack-destination', directory, spec], {
      cwd: directory,
      stdin: 'ignore',
      timeout: 600_000,
      ...(signal && { cancelSignal: signal }),
      ...(env && { env, extendEnv: false }),
    });
    return await readFile(join(directory, `node-linux-${arch}-${version}.tgz`));
  } catch (cause) {
    if (!(cause instanceof ExecaError) || cause.isCanceled) {
      throw cause;
    }
    const said = String(cause.stderr).trim().split('\n').slice(0, 3).join('; ');
    throw new UserError(
      `Cannot fetch the npm package ${spec}, which carries the runtime for ${arch} servers: ` +
        `${said || cause.shortMessage}. Run it once where npm can reach its registry: the result ` +
        `is kept in ${request.cache}`,
      { cause },
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
