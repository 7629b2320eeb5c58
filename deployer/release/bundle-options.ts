import type { BuildOptions, Plugin } from 'esbuild';

/**
 * How esbuild makes the agent one file. Half of what undici brings is never used by a client that speaks
 * HTTP/1 only, and memory and start-up time on a small server pay for every module that is in.
 */
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
      'process.env.UNDICI_NO_WASM_SIMD': '"1"',
    },
    plugins: [lighter(version)],
  };
}

function lighter(version: string): Plugin {
  const contents: [RegExp, string][] = [
    [/\/undici\/index\.js$/, "exports.Client = require('./lib/dispatcher/client.js')"],
    [/\/undici\/lib\/dispatcher\/client-h2\.js$/, 'module.exports = undefined'],
    [/\/undici\/lib\/llhttp\/llhttp_simd-wasm\.js$/, 'module.exports = undefined'],
    // The version alone, so that a change of a script is not a new agent.
    [/\/package\.json$/, `module.exports = ${JSON.stringify({ version })}`],
  ];
  return {
    name: 'lighter',
    setup(build) {
      for (const [filter, text] of contents) {
        build.onLoad({ filter }, () => ({ contents: text, loader: 'js' }));
      }
      // undici asks node:http for one number, and for a class whose objects it never meets here: 7 MB otherwise.
      build.onResolve({ filter: /^node:http$/ }, ({ importer, path }) =>
        /\/undici\//.test(importer) ? { path, namespace: 'stub' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({
        contents: 'exports.maxHeaderSize = 16384; exports.IncomingMessage = class {};',
      }));
      // To import a built-in module runs all its getters, some of which load half of Node; to require it does not.
      build.onResolve({ filter: /^node:/ }, ({ kind, path }) =>
        kind === 'require-call' ? { path, external: true } : { path, namespace: 'built-in' },
      );
      build.onLoad({ filter: /.*/, namespace: 'built-in' }, ({ path }) => ({
        contents: `module.exports = require(${JSON.stringify(path)})`,
      }));
    },
  };
}
