import { join } from 'node:path';
import process from 'node:process';
import { startFleet } from '../fleet/fleet.ts';
import { deployArgv } from '../support/deploy.ts';
import { Screen } from '../support/screen.ts';
import { onTerminal, seen } from '../support/terminal.ts';

/**
 * Prints, as Markdown, what `homelab-deploy push --all` shows on a terminal and in a pipe: three real servers, a first
 * install, and a second push that finds nothing to do. Takes root.
 */
await using fleet = await startFleet({ hosts: ['nas-1', 'nas-2', 'pi-1'] });
await fleet.startHub();
const inventory = join(fleet.directory, 'inventory.yaml');
await fleet.inventory(inventory);

const push = deployArgv(['push', '--all', '--yes', '-i', inventory]);
const shown = 'homelab-deploy push --all';
const { raw } = await onTerminal(fleet, push, { columns: 100 });
const { stdout: unchanged } = await fleet.run(['sh', '-c', '"$@" 2>&1', 'sh', ...push]);
process.stdout.write(
  [
    'On a terminal, while it works:',
    block(shown, midway(raw)),
    'and at its end:',
    block(shown, seen(raw)),
    'Once more, in a pipe:',
    block(`${shown} 2>&1 | cat`, unchanged),
  ].join('\n\n'),
);

/** The screen at the moment when most servers are being sent something. */
function midway(raw: string): string {
  const screen = new Screen();
  let best = '';
  for (const frame of raw.split('\u001b[?2026l')) {
    screen.write(frame);
    const text = screen.text();
    if (sending(text) >= sending(best)) best = text;
  }
  return best;
}

function sending(text: string): number {
  return text.match(/ sends [\d.]+ of /g)?.length ?? 0;
}

function block(command: string, text: string): string {
  return `\`\`\`console\n$ ${command}\n${text.trim()}\n\`\`\``;
}
