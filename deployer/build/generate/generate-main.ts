import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { findHome } from '../home.ts';
import { generatedFiles } from './generated-files.ts';

/** `npm run generate`: writes every file that repeats the contract. A test says when one of them is stale. */
const { root } = await findHome();
for (const [file, text] of Object.entries(await generatedFiles(root))) {
  await writeFile(join(root, file), text);
  process.stdout.write(`${file}\n`);
}
