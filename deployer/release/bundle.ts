import { join } from 'node:path';
import { agentBundleOptions } from './bundle-options.ts';
import { collectLicences } from './licences.ts';

export interface Bundle {
  /** One ES module, minified. */
  readonly code: Uint8Array;
  /** The licences of every package that is in it. */
  readonly licences: string;
}

/** Makes the agent one file that needs nothing but Node beside it. */
export async function bundleAgent(root: string, version: string): Promise<Bundle> {
  // Not at the head: a published package has no esbuild, and never comes here.
  const { build } = await import('esbuild');
  const result = await build({
    ...agentBundleOptions(version),
    entryPoints: [join(root, 'agent', 'main.ts')],
    absWorkingDir: root,
    outfile: 'homelab-agent.mjs',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = result.outputFiles;
  if (output === undefined) {
    throw new Error('Expected one bundle from esbuild, found none');
  }
  return {
    code: output.contents,
    licences: await collectLicences(root, Object.keys(result.metafile.inputs)),
  };
}
