import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { startEvening } from './evening-fleet.ts';
import { evening } from './evening-steps.ts';

const USAGE = `Plays a first evening on five real servers, as a person would type it on a terminal, and prints it as Markdown.

  npm run evening                        on a terminal of 80 columns
  npm run evening -- --columns 200
  npm run evening -- --out docs/evening.md
`;

const { values } = parseArgs({
  options: {
    columns: { type: 'string', default: '80' },
    out: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const HEAD = `# An evening

Five servers, from nothing to a fleet that reports to the hub, and what can go wrong on the way. Everything below is what
\`npm run evening -- --out docs/evening.md\` saw on a terminal of ${values.columns} columns, with servers that it booted.
`;

await using stage = await startEvening(Number(values.columns));
const parts = [HEAD];
for (const { title, about, before, command, answers, code } of evening) {
  await before?.(stage);
  process.stderr.write(`${title}\n`);
  const { text, code: ended } = await stage.type(command, answers?.(stage));
  if (ended !== code) {
    throw new Error(`${command}: expected exit code ${code}, found ${ended}:\n${text}`);
  }
  const end = code === 0 ? '' : `\n$ echo $?\n${code}`;
  parts.push(
    `## ${title}\n\n${about}\n\n\`\`\`console\n$ homelab-deploy ${command}\n${text}${end}\n\`\`\`\n`,
  );
}
if (values.out === undefined) process.stdout.write(parts.join('\n'));
else await writeFile(join(process.cwd(), values.out), parts.join('\n'));
