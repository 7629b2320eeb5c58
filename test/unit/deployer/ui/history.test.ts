import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistoryPoint } from '../../../../deployer/hub/hub-history.ts';
import { historyText } from '../../../../deployer/ui/history.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

function point(hoursAgo: number, cpu: number | null): HistoryPoint {
  return { at: NOW - hoursAgo * 3_600_000, cpu, memory: 50, disk: 100 };
}

test('historyText() shows the highest value of each span, blanks without any, and why there is none', () => {
  const points = [point(30, 99), point(23, 5), point(22, 40), point(1, 71.4), point(0.5, null)];
  const text = historyText(
    new Map([
      ['nas-1', { points }],
      ['pi', { reason: 'The hub knows no server "pi"' }],
    ]),
    NOW,
    80,
  );
  assert.equal(
    text,
    `Last 24 hours, as the hub keeps them
nas-1  CPU ▄      ▆ max  71 %  MEM ▅      ▅ max  50 %  DISK █      █ max 100 %
pi     The hub knows no server "pi"
`,
  );
});
