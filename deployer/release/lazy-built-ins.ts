import type { Plugin } from 'esbuild';

/**
 * Has a bundle touch nothing of Node's own modules but what it names. To import one runs all its getters, and so does
 * esbuild's copy of what `require` gives; some of them load half of Node. Here each name is an export of its own, and
 * those that nobody imports are left out.
 */
export const lazyBuiltIns: Plugin = {
  name: 'lazy-built-ins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === 'require-call'
        ? { path, external: true }
        : { path, namespace: 'built-in', sideEffects: false },
    );
    build.onLoad({ filter: /.*/, namespace: 'built-in' }, async ({ path }) => ({
      contents: exportsOf(path, Object.keys((await import(path)).default)),
    }));
  },
};

function exportsOf(path: string, names: readonly string[]): string {
  const words = names.filter(name => /^[a-z_]\w*$/i.test(name));
  return [
    `const all = require(${JSON.stringify(path)});`,
    'const get = name => all[name];',
    ...words.map((name, at) => `const _${at} = /* @__PURE__ */ get('${name}');`),
    `export { ${words.map((name, at) => `_${at} as ${name}`).join(', ')} };`,
    'export default all;',
  ].join('\n');
}
