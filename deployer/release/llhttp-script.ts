import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * undici's HTTP parser, llhttp, as a script: undici ships it as WebAssembly, for which V8 wants its compilers and memory
 * that is writable and executable. The translation is binaryen's, of the very module that undici would load, and stands
 * where that module's code would ask for `WebAssembly`.
 */
export const llhttpScript: Plugin = {
  name: 'llhttp-script',
  setup(build) {
    build.onLoad({ filter: /\/undici\/lib\/dispatcher\/client-h1\.js$/ }, async ({ path }) => ({
      contents: `const WebAssembly = require('llhttp:api');\n${await readFile(path, 'utf8')}`,
    }));
    build.onLoad({ filter: /\/undici\/lib\/llhttp\/llhttp(_simd)?-wasm\.js$/ }, () => ({
      contents: 'module.exports = undefined',
    }));
    build.onResolve({ filter: /^llhttp:/ }, ({ path }) => ({ path, namespace: 'llhttp' }));
    // What the translation imports, for it asks for a module of that name.
    build.onResolve({ filter: /^env$/, namespace: 'llhttp' }, () => ({
      path: 'llhttp:env',
      namespace: 'llhttp',
    }));
    build.onLoad({ filter: /:api$/, namespace: 'llhttp' }, () => ({ contents: api }));
    build.onLoad({ filter: /:env$/, namespace: 'llhttp' }, () => ({ contents: '' }));
    build.onLoad({ filter: /:machine$/, namespace: 'llhttp' }, async () => ({
      contents: await translate(),
    }));
  },
};

/** As much of WebAssembly's interface as undici calls. The one instance is made when the first reply is due. */
const api = `
  const env = require('env');
  exports.Module = class {};
  exports.Instance = class {
    constructor(module, imports) {
      Object.assign(env, imports.env);
      this.exports = require('llhttp:machine');
    }
  };`;

async function translate(): Promise<string> {
  // Not at the head: a published package has no binaryen, and never comes here.
  const { default: binaryen } = await import('binaryen');
  const undici = createRequire(import.meta.resolve('undici'));
  const machine = binaryen.readBinary(undici('./lib/llhttp/llhttp-wasm.js'));
  try {
    return machine.emitAsmjs();
  } finally {
    machine.dispose();
  }
}
