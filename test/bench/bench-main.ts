/** `npm run bench NAME`: measures, prints a table, and asserts nothing. */
import { existsSync } from 'node:fs';
import process from 'node:process';

const [name = 'agent'] = process.argv.slice(2);
const file = new URL(`./${name}-main.ts`, import.meta.url);

if (existsSync(file)) {
  await import(file.href);
} else {
  process.stderr.write(
    `There is no bench ${JSON.stringify(name)}: no ${name}-main.ts in test/bench\n`,
  );
  process.exitCode = 2;
}
