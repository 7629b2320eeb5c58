import type { BuildOptions, Plugin } from 'esbuild';
import { lazyBuiltIns } from './lazy-built-ins.ts';
import { lighterUndici } from './lighter-undici.ts';
import { llhttpScript } from './llhttp-script.ts';

/** How esbuild makes the agent one file. */
export function agentBundleOptions(version: string): BuildOptions {
  return {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22.19',
    minify: true,
    legalComments: 'none',
    // undici and systeminformation are CommonJS, and an ES module has no `require` of its own.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    define: {
      // undici's own switch for being bundled: without its experimental second parser.
      esbuildDetection: 'true',
    },
    plugins: [versionAlone(version), lighterUndici, llhttpScript, lazyBuiltIns],
  };
}

/** Of package.json the version, so that a change of a script is not a new agent. */
function versionAlone(version: string): Plugin {
  return {
    name: 'version-alone',
    setup(build) {
      build.onLoad({ filter: /\/package\.json$/ }, () => ({
        contents: `module.exports = ${JSON.stringify({ version })}`,
      }));
    },
  };
}
