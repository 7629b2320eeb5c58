import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { resolvePlain } from '../../../deployer/inventory/yaml/plain-scalar.ts';
import { need } from '../../support/need.ts';
import { Oracle } from './oracle.ts';
import { typedScalar } from './typed.ts';

const oracle = new Oracle();
after(() => oracle[Symbol.dispose]());

/** Ours in the oracle's form. */
function resolve(text: string): unknown {
  try {
    return { value: typedScalar(resolvePlain(text)) };
  } catch (error) {
    if (error instanceof RangeError) return { error: true };
    throw error;
  }
}

async function assertSame(texts: readonly string[]): Promise<void> {
  const reply = await oracle.ask<Record<string, unknown>[]>({ op: 'scalars', texts });
  assert.ok('answer' in reply, JSON.stringify(reply));
  const theirs = reply.answer.map(answer => ('error' in answer ? { error: true } : answer));
  for (const [index, text] of texts.entries()) assert.deepEqual(resolve(text), theirs[index], text);
}

test(
  'resolvePlain() reads the scalars on which YAML 1.1, YAML 1.2 and PyYAML disagree as Ansible does',
  need('Ansible'),
  async () => {
    await assertSame(
      `yes Yes YES yEs no on off On oFF y n Y N true True tRUE false null Null ~ nULL NULL
     0644 0o644 08 09 00 0 -0 +0 0_ 0_7 1_000 _1 1_ 0b101 0b_ 0b 0b2 0x1F 0x 0x_ -0x1f +12 -12 --1 1e3 12e34567 1.e3 1.0e3
     1.0e+3 1.0E-3 1. .5 -.5 +.5 ._5 .5_5 1.2.3 .inf -.inf +.INF .Inf .iNF .nan .NaN .nAN -.nan 22:22 52:54:00 1:60 1:2:3
     0:1 01:02 190:20:30 190:20:30.15 1:2_.5 -1:30 1_0:5 2024-01-02 2024-1-2 2024-13-01 2024-02-30 2023-02-29 2024-02-29
     0000-01-01 0001-01-01 9007199254740993 123456789012345678901234567890 = << <<x 1.0 1.50 100000000000000000.0 0.00001
     0.0001 1.0e+16 1.0e+15 1.0e+400 123456789.123456789 5.0e-324 -0.0 12_3.4_5 1.2e3 0x1.8 0777777777777777777777777
     10.0.0.1 1.1.1 nas-1 a:b a.b 1a a1 +1 +-1 1+1 1:2a`
        .split(/\s+/)
        .filter(text => text !== '=' && text !== '<<'),
    );
  },
);

test('resolvePlain() reads points in time as Ansible does', need('Ansible'), async () => {
  await assertSame([
    '2001-12-14t21:59:43.10-05:00',
    '2001-12-14 21:59:43.10 -5',
    '2001-12-15 2:59:43.10',
    '2001-12-15T02:59:43.1Z',
    '2001-12-15T02:59:43Z',
    '2001-12-15T24:59:43Z',
    '2001-12-15T02:60:43Z',
    '2001-12-15T02:59:60Z',
    '2001-1-5 2:59:43',
    '2001-12-15T02:59:43.123456789+23:59',
    '2001-12-15T02:59:43+24:00',
    '2001-12-15T02:59:43-00:00',
    '2001-12-15T02:59:43.-01',
    '2001-12-15T02:59',
    '2001-02-30 02:59:43',
  ]);
});

test(
  'resolvePlain() agrees with Ansible on thousands of texts that look like numbers, dates and words',
  need('Ansible'),
  async () => {
    const piece = fc.constantFrom(
      ...'0123456789'.split(''),
      ...'_.:+-eExXbBoOtTzZ'.split(''),
      ...[
        '00',
        '60',
        '59',
        '2024',
        '-01',
        '-12',
        'inf',
        'nan',
        'yes',
        'no',
        'null',
        '~',
        'e+1',
        '0x',
        '0b',
        ':0',
        ' ',
      ],
    );
    const text = fc
      .array(piece, { minLength: 1, maxLength: 8 })
      .map(pieces => pieces.join(''))
      // What would be another thing than one plain scalar in "- TEXT".
      .filter(
        candidate =>
          /^[\w~.+]|^-[^ ]/.test(candidate) &&
          candidate === candidate.trim() &&
          !/: |:$|^-$/.test(candidate) &&
          !/^---/.test(candidate),
      );
    const samples = fc.sample(text, { numRuns: 10_000, seed: 1 });
    await assertSame([...new Set(samples)]);
  },
);
