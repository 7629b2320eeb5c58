import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { judge, parse, SmartLogs } from '../../../../../agent/collectors/storage/smart-logs.ts';
import { Host } from '../../../../../agent/host/host.ts';
import { hostTree, write } from '../support/host-tree.ts';

/** As smartd 7.3 writes it. */
const line = (raw: Record<number, string>): string =>
  `2026-11-26 10:14:29;${[1, 5, 9, 187, 194, 197, 198]
    .map(id => `\t${id};100;${raw[id] ?? '0'};`)
    .join('')}\n`;
const verdict = (raw: Record<number, string>): string[] =>
  judge('WDC WD40EFRX', parse(line(raw))).map(({ severity, text }) => `${severity}: ${text}`);

test('parse() reads raw values by number', () => {
  const attributes = parse(line({ 1: '162843536', 197: '8' }));
  assert.deepEqual(
    [attributes.get(1), attributes.get(197), attributes.get(196)],
    [162843536, 8, undefined],
  );
});

test('a disk without bad sectors is well', () => {
  assert.deepEqual(verdict({ 1: '162843536', 9: '41250' }), []);
});

test('sectors that it cannot read now are a fault', () => {
  assert.deepEqual(verdict({ 197: '8', 198: '8' }), [
    'fault: Disk WDC WD40EFRX has 8 sectors that it cannot read (197): copy its data, replace it',
  ]);
});

test('what it has got over is a warning: those counts never go back', () => {
  assert.deepEqual(verdict({ 5: '1', 187: '2', 198: '1' }), [
    'warning: Disk WDC WD40EFRX has 1 replaced sector (5), 2 uncorrectable errors (187), 1 unreadable sector at its last test (198)',
  ]);
});

test('a raw value that packs several figures is not read as a count', () => {
  assert.deepEqual(verdict({ 5: '281474976710655' }), []);
});

const directory = 'var/lib/smartmontools';

test('the last line counts, of a log that may have grown for years', t => {
  const { host } = hostTree(t, {
    [`${directory}/attrlog.WDC_WD40EFRX-WD_WCC4E1.ata.csv`]: `${line({}).repeat(2000)}${line({ 197: '1' })}`,
    [`${directory}/attrlog.SEAGATE_X.scsi.csv`]: '2026-11-26 10:14:29;\tread-corr-by-ecc-fast;0;\n',
    [`${directory}/smartd.WDC_WD40EFRX-WD_WCC4E1.ata.state`]: '# smartd state file\n',
  });
  const { watched, findings } = new SmartLogs(host).read(new Date());
  assert.deepEqual(watched, ['SMART WDC WD40EFRX-WD WCC4E1']);
  assert.equal(findings[0]?.severity, 'fault');
});

test('the log of a disk that was removed is no fault for ever', t => {
  const name = `${directory}/attrlog.OLD-1.ata.csv`;
  const { root } = hostTree(t, { [name]: line({ 197: '8' }) });
  const host = new (class extends Host {
    override modified(): number {
      return Date.parse('2026-11-19T10:00:00Z');
    }
  })(root);
  const logs = new SmartLogs(host);
  assert.equal(logs.read(new Date('2026-11-26T09:00:00Z')).findings.length, 1);
  assert.deepEqual(logs.read(new Date('2026-11-26T11:00:00Z')), { watched: [], findings: [] });
});

test('a log is read again only when smartd has written to it', t => {
  const name = `${directory}/attrlog.NEW-1.ata.csv`;
  const { root } = hostTree(t, { [name]: line({}) });
  let tails = 0;
  const host = new (class extends Host {
    override modified(path: string): number {
      return path === name ? stamp : 1;
    }
    override tail(path: string, bytes: number): string | null {
      tails += 1;
      return super.tail(path, bytes);
    }
  })(root);
  let stamp = Date.now();
  const logs = new SmartLogs(host);
  logs.read(new Date());
  logs.read(new Date());
  assert.equal(tails, 1);
  write(root, { [name]: line({}) + line({ 197: '1' }) });
  utimesSync(join(root, name), new Date(), new Date());
  stamp += 1;
  assert.equal(logs.read(new Date()).findings.length, 1);
  assert.equal(tails, 2);
});
