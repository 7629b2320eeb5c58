import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** By binaryen's own program: what it needs for a moment, 300 MB, is nothing that a push to many servers should hold. */
async function translate(): Promise<string> {
  // Not at the head: a published package has no binaryen, and never comes here.
  const { execa } = await import('execa');
  const undici = createRequire(import.meta.resolve('undici'));
  const wasm2js = join(dirname(fileURLToPath(import.meta.resolve('binaryen'))), 'bin', 'wasm2js');
  const directory = await mkdtemp(join(tmpdir(), 'llhttp-'));
  try {
    const machine = join(directory, 'llhttp.wasm');
    await writeFile(machine, undici('./lib/llhttp/llhttp-wasm.js'));
    const { stdout } = await execa(process.execPath, [wasm2js, machine], { stdin: 'ignore' });
    return stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}
