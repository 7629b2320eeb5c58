#!/usr/bin/env node
// JavaScript of old, so that an old Node can run it and say that it is too old.
const wanted = [22, 19];
const found = process.versions.node.split('.').map(Number);

if (found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1])) {
  process.stderr.write(
    `homelab-agent needs Node ${wanted.join('.')} or newer, found ${process.versions.node}\n`,
  );
  process.exitCode = 1;
} else {
  // A published package has the bundle, a clone the source.
  const bundle = new URL('../dist/npm/homelab-agent.mjs', import.meta.url);
  const source = new URL('./main.ts', import.meta.url);
  const { existsSync } = await import('node:fs');
  await import((existsSync(source) ? source : bundle).href);
}
