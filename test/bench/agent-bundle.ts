import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { agentBundleOptions } from '../../deployer/release/bundle-options.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Puts the fast clock where the system's was. */
const fast: Plugin = {
  name: 'fast',
  setup({ onResolve }) {
    onResolve({ filter: /\/system-clock\.ts$/ }, () => ({ path: path('fast-clock.ts') }));
  },
};

/** Writes the agent as it ships, or with time that runs fast, and gives its size in bytes. */
export async function writeBundle(outfile: string, options: { fast: boolean }): Promise<number> {
  const shipped = agentBundleOptions('0.0.0');
  await build({
    ...shipped,
    plugins: [...(options.fast ? [fast] : []), ...(shipped.plugins ?? [])],
    entryPoints: [path('../../agent/main.ts')],
    outfile,
    logLevel: 'error',
  });
  return (await readFile(outfile)).length;
}

/** What the unit gives to Node beside the bundle: its flags, and its environment. */
export async function unitSettings(): Promise<{ flags: string[]; env: Record<string, string> }> {
  const unit = await readFile(path('../../agent/install/homelab-agent.service'), 'utf8');
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
  const flags = command.split(' ').filter(word => word.startsWith('--'));
  const variables = unit.matchAll(/^Environment=(\w+)=(\S*)$/gm);
  return { flags, env: Object.fromEntries([...variables].map(([, name, value]) => [name, value])) };
}
