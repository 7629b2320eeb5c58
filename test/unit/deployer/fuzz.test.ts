import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { causeOfReply, placesIn, saidIn } from '../../../agent/contract/hub-reply.ts';
import { plainLines } from '../../../agent/contract/plain-text.ts';
import { parseStatus } from '../../../agent/contract/status.ts';
import { loadInventory } from '../../../deployer/inventory/load-inventory.ts';
import { InventoryError } from '../../../deployer/inventory/problem.ts';
import { parseEnvelope } from '../../../deployer/inventory/vault/envelope.ts';
import { Vault } from '../../../deployer/inventory/vault/vault.ts';
import { hostDiff } from '../../../deployer/plan/diff/host-diff.ts';
import { parseFacts } from '../../../deployer/plan/parse-facts.ts';
import { installOutcome } from '../../../deployer/run/install-outcome.ts';
import { testContext } from '../../support/test-context.ts';
import { TestDirectory } from '../../support/test-directory.ts';
import { liveAnswer } from './run/fake-server.ts';

/** `HOMELAB_FUZZ_RUNS=100000 node --test …` looks further than CI does; `HOMELAB_FUZZ_SEED` repeats a run. */
const RUNS = Number(process.env['HOMELAB_FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['HOMELAB_FUZZ_SEED'] ?? 17);

const options = (examples: readonly string[] = [], share = 1): fc.Parameters<[string]> => ({
  seed: SEED,
  numRuns: Math.ceil(RUNS * share),
  // What broke once stays.
  examples: examples.map(text => [text]),
});

const PIECES = [
  ...[
    '\n',
    '\t',
    ': ',
    '- ',
    '"',
    "'",
    '{',
    '[',
    ']',
    '}',
    '\0',
    '%',
    '&a ',
    '*a',
    '<<: ',
    '|',
    '>',
  ],
  ...[
    '!vault ',
    '!unsafe ',
    '{{ ',
    ' }}',
    '{% ',
    ' | ',
    'replace(',
    '~',
    '$ANSIBLE_VAULT;1.1;AES256\n',
  ],
  ...[
    '\u001b[2J',
    '\u009b',
    '\u202e',
    '\r',
    '\ud800',
    '9'.repeat(5_000),
    '['.repeat(500),
    'x'.repeat(9_000),
  ],
  ...[
    '=',
    'probe=1\n',
    'end=ok\n',
    'status=',
    'text:',
    '__proto__',
    '1e999',
    '-0',
    'nas-[1:9]:',
    '\\u0000',
  ],
];

/** A whole text after some accidents. */
function mutated(...wholes: readonly string[]): fc.Arbitrary<string> {
  const accident = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(40),
    add: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 6 })),
  });
  return fc
    .tuple(fc.constantFrom(...wholes), fc.array(accident, { minLength: 1, maxLength: 8 }))
    .map(([whole, accidents]) =>
      accidents.reduce((text, { at, drop, add }) => {
        const from = Math.floor(at * text.length);
        return text.slice(0, from) + add + text.slice(from + drop);
      }, whole),
    );
}

function assertPlain(text: string): void {
  assert.equal(text, plainLines(text));
}

const INVENTORY = `all:
  vars:
    homelab_agent_hub_url: &url http://hub:8080
    homelab_agent_api_key: "{{ key | default('abc') | replace('a', 'b') }}"
    homelab_agent_monitored_services: [ssh, "{{ inventory_hostname }}"]
    other: !vault |
      $ANSIBLE_VAULT;1.1;AES256
      33363663
  children:
    nas: {hosts: {"nas-[1:3]": {ansible_host: 10.0.0.1, ansible_port: 2222}}, vars: {x: *url}}
`;

test('an inventory after accidents gives settings, or an error of plain words', async () => {
  await using directory = await TestDirectory.create({});
  const context = testContext({ cwd: directory.path });

  await fc.assert(
    fc.asyncProperty(mutated(INVENTORY), async text => {
      await writeFile(directory.file('inventory.yaml'), text);
      try {
        const inventory = await loadInventory('inventory.yaml', { context });
        inventory.settings();
      } catch (error) {
        if (!(error instanceof InventoryError)) throw error;
        assertPlain(error.message);
      }
    }),
    options([`all: {hosts: {"\\e[2J": }}\n`, 'all: {vars: {a: "\\uD800"}}\n']),
  );
});

test('a vaulted text after accidents is opened, or refused with a RangeError of plain words', () => {
  const whole = '$ANSIBLE_VAULT;1.2;AES256;home\n333636630a33363663330a333636\n';
  fc.assert(
    fc.property(mutated(whole), text => {
      for (const open of [parseEnvelope, (each: string) => new Vault(async () => []).open(each)]) {
        try {
          open(text);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          assert.ok(error.message.length < 20_000);
        }
      }
    }),
    options(),
  );
});

test("a probe's answer after accidents shows nothing that a terminal obeys", () => {
  const answer = liveAnswer('0.1.0-aaaaaaaa', 'c', { last_error: 'No answer', warnings: [] });
  const settings = answer.replace(
    /end=ok$/,
    'set:mode=readonly\nlist:x=\nitem:x=1\nproblem=a\nend=ok',
  );
  fc.assert(
    fc.property(mutated(answer, settings), text => {
      let facts: ReturnType<typeof parseFacts>;
      try {
        facts = parseFacts(text);
      } catch (error) {
        assert.match(String(error), /^Error: Expected the (whole answer of the probe|time from the probe)/);
        return;
      }
      const { current, machine, service, formerAgent, problems, repairs, status } = facts;
      const words = [current, machine, service.active, formerAgent, status?.last_error];
      assertPlain([...words, ...problems, ...repairs].join('\n'));
      assert.ok(JSON.stringify(facts.problems).length < 20_000);
    }),
    options(),
  );
});

test('a status file after accidents is a status, or none', () => {
  const status = /^status=(.*)$/m.exec(liveAnswer('0.1.0-aaaaaaaa', 'c'))?.[1] ?? '';
  fc.assert(
    fc.property(mutated(status), text => {
      assertPlain(JSON.stringify(parseStatus(text), null, 1));
    }),
    options(['['.repeat(100_000), `{"interval":${'9'.repeat(100_000)}}`], 5),
  );
});

test("an installer's report after accidents has one of the outcomes, in plain words", () => {
  const report = 'ok: user\nchanged: release\njournal: <3>Cannot start\nresult: rolled-back\n';
  fc.assert(
    fc.property(mutated(report), text => {
      for (const code of [0, 1, 75, 255]) {
        const { outcome, reason, changes, journal } = installOutcome({
          code,
          stdout: text,
          stderr: text,
        });
        assert.ok(['changed', 'unchanged', 'rolled-back', 'failed'].includes(outcome));
        assertPlain([reason, ...changes, ...journal].join('\n'));
      }
    }),
    options([], 5),
  );
});

test("a server's files after accidents give a diff of plain words", () => {
  const config =
    'hub_url: "http://hub:8080"\napi_key: "hunter2hunter2"\n# api_token: x\nmode: readonly\n';
  fc.assert(
    fc.property(mutated(config), text => {
      const file = { before: text, after: config };
      const diff = hostDiff({ config: file, unit: file });
      assertPlain(diff);
    }),
    options([
      `a: ${'['.repeat(100_000)}`,
      'a: &a [*a]\napi_key: *a\n',
      'api_key: 9007199254740993\n',
    ]),
  );
});

test("a hub's reply after accidents has a cause, and words that are plain", () => {
  const bodies = [
    '{"detail":{"code":"UNAUTHORIZED","message":"Invalid"}}',
    '{"detail":[{"loc":["body","metrics",0],"msg":"Input should be"}]}',
  ];
  fc.assert(
    fc.property(mutated(...bodies), body => {
      for (const status of [200, 302, 400, 401, 403, 409, 422, 500, 999]) {
        const reply = { status, headers: {}, body };
        assert.equal(typeof causeOfReply(reply), 'string');
        assertPlain(saidIn(reply) ?? '');
        placesIn(reply);
      }
    }),
    options(['['.repeat(1_000_000), '{"detail":[null,1,{"loc":[{}]}]}'], 5),
  );
});
