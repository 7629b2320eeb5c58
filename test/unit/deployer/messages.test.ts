import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { agentConfig } from './messages/agent-config.ts';
import { asking } from './messages/asking.ts';
import type { MessageCase } from './messages/causes.ts';
import { hub } from './messages/hub.ts';
import { inventoryText } from './messages/inventory-text.ts';
import { server } from './messages/server.ts';
import { ssh } from './messages/ssh.ts';
import { commandLines, selections } from './messages/usage.ts';
import { values } from './messages/values.ts';
import { vault } from './messages/vault.ts';

const areas: Readonly<Record<string, readonly MessageCase[]>> = {
  'on the command line': commandLines,
  'among what is named': selections,
  'without an answer': asking,
  'in the text of an inventory': inventoryText,
  'in a variable': values,
  'with the vault': vault,
  'with SSH': ssh,
  'on a server': server,
  'with the hub': hub,
  'in the configuration of an agent': agentConfig,
};

for (const [where, cases] of Object.entries(areas)) {
  for (const { name, cause, says } of cases) {
    test(`${name} ${where} is reported in these words`, async () => {
      assert.equal(await cause(), says);
    });
  }
}

const all = Object.values(areas).flat();
const lines = all.flatMap(({ says }) => says.split('\n'));

/** Each line that a rule does not hold for. */
function against(rule: (line: string) => boolean): string[] {
  return lines.filter(line => !rule(line));
}

test('every message can be told from any other case, and there are more than 200', () => {
  assert.ok(all.length > 200, String(all.length));
});

test('no message is longer than six lines of 80 columns', () => {
  assert.deepEqual(
    against(line => line.length <= 480),
    [],
  );
});

test('no message has a stack, an object or an undefined value in it', () => {
  const odd = /undefined|\[object|NaN|^ +at |node:internal|\.ts:\d/;
  assert.deepEqual(
    against(line => !odd.test(line)),
    [],
  );
});

test("a code of Node's or OpenSSL's stands only in parentheses behind plain words", () => {
  const code = /\b(?:E[A-Z]{4,}|EAI_AGAIN|[A-Z]+_[A-Z_]*ERR[A-Z_]*|(?:ERR|HPE|UND|CERT)_[A-Z_]+)\b/;
  const bare = (line: string): string => line.replaceAll(/ \([A-Z][A-Z_]+\)/g, '');
  assert.deepEqual(
    against(line => !code.test(bare(line))),
    [],
  );
});

test('nothing that removes is suggested for a typing mistake', () => {
  const removes = /did you mean "?(?:uninstall|rollback|revoke|--purge|--from-hub)/i;
  assert.deepEqual(
    against(line => !removes.test(line)),
    [],
  );
});

test('no message shows a secret', () => {
  assert.deepEqual(
    against(line => !/a-key|12345|open sesame|me:pw/.test(line)),
    [],
  );
});

test('an error in a file is reported with its line and column', () => {
  const places = [...inventoryText, ...agentConfig].filter(({ says }) =>
    /: Expected .+ found /.test(says),
  );
  const elsewhere =
    /ansible-inventory on the path|Expected hosts in inventory\.yaml|HOMELAB_AGENT_/;
  const odd = places.filter(
    ({ says }) => !/(?:inventory|config)\.yaml:\d+:\d+: /.test(says) && !elsewhere.test(says),
  );
  assert.deepEqual(
    odd.map(({ says }) => says),
    [],
  );
});

/** What to do, or what was expected: a person who knows that can correct it. */
const NEXT =
  /: (?:did you mean|write|set|add|check|put|name|run|give|use|quote|remove|close|line|replace|fix|look|update|renew|make|pass|save|leave|correct|allow|install|log|see|without|paste|let|what|raise|activate|ssh-keygen|a colon|nas has|do not)|(?:Check|Compare|Look|Log|Run|Set|Give|Try|See|see|Put|put|paste) |[;,] (?:keep|use|add|put|write|see|did|check|name)|"homelab-deploy |Expected .+, found |--[a-z]/;

test('every message says what to do, or what was expected', () => {
  const odd = all.filter(({ says }) => !NEXT.test(says));
  assert.deepEqual(
    odd.map(({ says }) => says),
    [],
  );
});

test('a wrong command line is reported with the help of its command', () => {
  const odd = commandLines.filter(
    ({ says }) => !/ee "homelab-deploy (?:[a-z]+ )?--help"$/.test(says),
  );
  assert.deepEqual(
    odd.map(({ says }) => says),
    [],
  );
});

test('what the probe says a server lacks is expected, found, and has what to do about it', async () => {
  const file = join(import.meta.dirname, '../../../agent/install/requirements.sh');
  const said = [...(await readFile(file, 'utf8')).matchAll(/echo "(Expected .+?[^\\])"(?: |$)/gm)];
  assert.ok(said.length >= 8);
  for (const [, words = ''] of said) assert.match(words, /^Expected .+, found .+: .+/);
});
