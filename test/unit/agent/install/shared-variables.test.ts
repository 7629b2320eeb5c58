import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const PARTS = [
  'begin',
  'state',
  'stage',
  'modes',
  'uninstall',
  'takeover',
  'switch',
  'recovery',
  'main',
];
/** Set wherever they are read: not shared, whatever their names. */
const LOCAL = new Set(['FOUND', 'LINK', 'LINKED', 'THERE', 'IFS']);

const texts = new Map<string, string>();
for (const part of PARTS) {
  const text = await readFile(`agent/install/install-agent/${part}.sh`, 'utf8');
  texts.set(part, text);
}
texts.set('requirements', await readFile('agent/install/requirements.sh', 'utf8'));

/** Names that a part assigns, constants left out. */
function assigned(text: string): Set<string> {
  const code = text.replaceAll(/^\s*#.*$/gm, '').replaceAll(/readonly \w+=/g, '');
  const set = [...code.matchAll(/(?:^|[\s;&|({])([A-Z][A-Z_]*)=/gm)].map(([, name = '']) => name);
  const read = [...code.matchAll(/\bread -r ([A-Z_ ]+)/g)].flatMap(([, names = '']) =>
    names.trim().split(' '),
  );
  return new Set([...set, ...read].filter(name => /^[A-Z]/.test(name) && !LOCAL.has(name)));
}

function readIn(text: string, name: string): boolean {
  return new RegExp(`\\$\\{?${name}\\b`).test(text.replaceAll(/^\s*#.*$/gm, ''));
}

/** The lines that the head of a part should have: each variable that it sets and other parts read. */
function expected(part: string): string[] {
  const width = 16;
  return [...assigned(texts.get(part) ?? '')].sort().flatMap(name => {
    const readers = [...texts]
      .filter(([other, text]) => other !== part && readIn(text, name))
      .map(([other]) => other);
    return readers.length === 0 ? [] : [`#   ${name.padEnd(width)}${readers.join(' ')}`];
  });
}

for (const part of PARTS) {
  test(`the installer's part ${part} lists the variables that it sets for other parts`, () => {
    const head = (texts.get(part) ?? '').split('\n\n')[0] ?? '';
    assert.deepEqual(head.match(/^# {3}[A-Z_]+ .*$/gm) ?? [], expected(part));
  });
}
