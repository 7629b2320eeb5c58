#!/usr/bin/env node
// Plain old JavaScript, so that an old Node can run it and say that it is too old.
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const wanted = [22, 19];
const found = process.versions.node.split('.').map(Number);

const isOld = found[0] < wanted[0] || (found[0] === wanted[0] && found[1] < wanted[1]);
// What npm ci installs in a clone; a package that is installed has none.
const own = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (isOld && existsSync(own)) {
  const { spawn } = await import('node:child_process');
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(own, args, { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; this one waits for the other's end.
  process.on('SIGINT', () => {});
  for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('close', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
} else if (isOld) {
  process.stderr.write(
    `homelab-deploy needs Node ${wanted.join('.')} or newer, found ${process.versions.node}\n`,
  );
  process.exitCode = 1;
} else {
  // Two thirds of a short run would go into reading the program. Never in /tmp, where others could write.
  const xdg = process.env.XDG_CACHE_HOME;
  const cache = xdg?.startsWith('/') ? xdg : join(homedir(), '.cache');
  module.enableCompileCache?.(join(cache, 'homelab-deploy', 'compiled'));
  // A clone has the sources; the package as it is published has them as one file.
  const source = new URL('./main.ts', import.meta.url);
  const bundle = new URL('../dist/npm/homelab-deploy.mjs', import.meta.url);
  await import((existsSync(source) ? source : bundle).href);
}
