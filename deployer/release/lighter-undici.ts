import type { Plugin } from 'esbuild';

/** Of undici, what a client that speaks HTTP/1 and sends a text never uses: HTTP/2, and all of fetch. */
const unused = /\/undici\/lib\/(?:dispatcher\/client-h2\.js$|web\/)/;

/** Of Node, what undici takes a trifle of: each loads megabytes for it. */
const trifles: Readonly<Record<string, string>> = {
  'node:assert': `module.exports = (value, message) => {
    if (!value) throw new Error(message ?? 'An assertion in undici failed');
  }`,
  'node:http': 'exports.maxHeaderSize = 16384; exports.IncomingMessage = class {};',
};

/** Half of what undici brings is never used here, and memory and start-up time on a small server pay for all that is in. */
export const lighterUndici: Plugin = {
  name: 'lighter-undici',
  setup(build) {
    build.onLoad({ filter: /\/undici\/index\.js$/ }, () => ({
      contents: "exports.Client = require('./lib/dispatcher/client.js')",
    }));
    build.onLoad({ filter: unused }, () => ({ contents: 'module.exports = undefined' }));
    build.onResolve({ filter: /^node:/ }, ({ importer, path }) =>
      /\/undici\//.test(importer) && path in trifles ? { path, namespace: 'trifle' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'trifle' }, ({ path }) => ({
      contents: trifles[path] ?? '',
    }));
  },
};
