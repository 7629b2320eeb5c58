import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { commandHelps } from '../../../../deployer/build/generate/cli-reference.ts';

for (const columns of [80, 200]) {
  describe(`the help on a terminal of ${columns} columns`, () => {
    for (const { command, help } of commandHelps(columns)) {
      test(`of ${command} breaks no word and no command line`, () => {
        const tooLong = help.split('\n').filter(line => line.length > columns);
        for (const line of tooLong) assert.match(line, /^ {2,}(\$ |--)/, line);
      });
    }
  });
}

test('notes below the options are paragraphs as wide as the terminal, and terms with hanging descriptions', () => {
  const status = commandHelps(80).find(({ command }) => command.endsWith('status'))?.help ?? '';
  assert.ok(
    status.includes(
      [
        '  silent         it runs, but no heartbeat was accepted for three intervals: see',
        '                 below the table',
      ].join('\n'),
    ),
    status,
  );
  const wide = commandHelps(200).find(({ command }) => command.endsWith('push'))?.help ?? '';
  assert.match(wide, /^A server that is up to date .{150,}$/m);
});
