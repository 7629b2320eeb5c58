import { join, relative } from 'node:path';
import { type BundledPackage, bundledPackages } from './bundled-packages.ts';

export interface DeployerBundle {
  /** Its modules by their names; homelab-deploy.mjs is the program, the others are loaded when needed. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly packages: readonly BundledPackage[];
}

/** What packages in the older kind of module expect around them, under names that no module uses. */
const COMMON_JS = [
  "import { createRequire as commonJs } from 'node:module';",
  'const require = commonJs(import.meta.url), __dirname = import.meta.dirname;',
].join(' ');

/**
 * Makes the deployer one program with all its packages in it, as npm publishes no lock file: what is installed is what
 * was tested. Not minified, so that the stack of a fault can be read.
 */
export async function bundleDeployer(root: string): Promise<DeployerBundle> {
  const { build } = await import('esbuild');
  const outdir = join(root, 'dist', 'npm');
  const { outputFiles, metafile } = await build({
    entryPoints: { 'homelab-deploy': join(root, 'deployer', 'main.ts') },
    absWorkingDir: root,
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'deploy-[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    legalComments: 'none',
    banner: { js: COMMON_JS },
    // What ssh2 tries for speed and does without, and what only a checkout needs.
    external: ['*.node', 'cpu-features', 'esbuild', '@cyclonedx/cyclonedx-library'],
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.values(metafile.outputs).flatMap(output => Object.keys(output.inputs));
  return {
    files: Object.fromEntries(
      outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]),
    ),
    packages: await bundledPackages(root, inputs),
  };
}
