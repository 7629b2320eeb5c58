import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const name = 'prometheus-node-exporter';

/** The path of Debian's node_exporter: the installed one, or one unpacked into `directory` and not installed. */
export async function findNodeExporter(directory: string): Promise<string> {
  const installed = await execa('sh', ['-c', `command -v ${name}`], { reject: false });
  if (installed.exitCode === 0) return installed.stdout;
  await execa('apt-get', ['download', name], { cwd: directory });
  const archive = (await readdir(directory)).find(file => file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`Cannot find the package that apt-get downloaded`);
  await execa('dpkg', ['-x', archive, 'node-exporter'], { cwd: directory });
  return join(directory, 'node-exporter/usr/bin', name);
}
