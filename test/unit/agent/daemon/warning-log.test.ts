import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WarningLog } from '../../../../agent/daemon/warning-log.ts';
import { RecordingLog } from '../../../support/recording-log.ts';

test('WarningLog writes one line when a warning begins, when its text changes and when it ends', () => {
  const log = new RecordingLog();
  const journal = new WarningLog(log);
  const disk = (subject: string, text: string) => ({ code: 'filesystem-silent', subject, text });
  for (const _ of [1, 2]) journal.report([disk('/a', 'No answer'), disk('/b', 'No answer')]);
  journal.report([disk('/a', 'No answer since an hour')]);
  journal.report([]);
  journal.report([]);
  assert.deepEqual(log.lines, [
    'warning No answer code=filesystem-silent subject=/a',
    'warning No answer code=filesystem-silent subject=/b',
    'warning No answer since an hour code=filesystem-silent subject=/a',
    'info No longer so code=filesystem-silent subject=/b',
    'info No longer so code=filesystem-silent subject=/a',
  ]);
});

test('a rebuild is no line at each percentage', () => {
  const log = new RecordingLog();
  const journal = new WarningLog(log);
  const at = (percent: number) => ({
    code: 'md-degraded',
    subject: 'md0',
    text: `md0 degraded: 1 of 2 disks missing, rebuild ${percent} %`,
  });
  for (const percent of [1, 2, 99]) journal.report([at(percent)]);
  assert.equal(log.lines.length, 1);
  journal.report([{ ...at(0), text: 'md0 degraded: 1 of 2 disks missing' }]);
  assert.equal(log.lines.length, 2);
});
