import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ConfigError } from '../../../../agent/config/config-error.ts';
import { parseConfig } from '../../../../agent/config/parse-config.ts';
import { checkConfig } from '../../../../agent/contract/check-config.ts';
import { keys } from '../../../../agent/contract/keys.ts';

const secret = 'hunter2hunter2';
const whole = `# A configuration with every key
hub_url: "http://hub.home.lan:8080"
server_id: nas-1
api_key: ${secret}
api_token: '${secret}'
server_guid: 9d3b65e0-e08c-4e6d-8f0f-648489f66fa0
heartbeat_interval: 60
monitored_services:
  - ssh.service
  - "nginx"
mode: readonly
ca_file: /etc/ssl/hub.pem
backfill: 60
root_mount: /
log_level: info
core_services: [a, {b: c}]
command_execution: {enabled: false, timeout_seconds: 30}
`;

const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom('~', '[]', '{}', '*a', '&a b', '!!int x', '|', '>', '"', "'", '- a', '__proto__'),
);

/** One key with a value that may be anything. */
const line = fc
  .tuple(fc.oneof(fc.constantFrom(...Object.keys(keys)), fc.string()), fc.oneof(scalar, fc.json()))
  .map(([key, value]) => `${key}: ${String(value)}\n`);

/** A whole configuration after some accidents with an editor. */
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(whole.length),
      drop: fc.nat(12),
      add: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('\n', '\t', ': ', '- ', '"', '{', '[', '\0', '%'),
      ),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map(accidents =>
    accidents.reduce(
      (text, { at, drop, add }) => text.slice(0, at) + add + text.slice(at + drop),
      whole,
    ),
  );

const text = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 3, arbitrary: fc.array(line, { maxLength: 8 }).map(lines => lines.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
);

test('10,000 broken configurations: each is accepted, or refused with a place and without the secret', () => {
  let accepted = 0;
  fc.assert(
    fc.property(text, source => {
      try {
        const { config } = parseConfig(source, 'f');
        assert.deepEqual(checkConfig({ ...config }).config, config);
        accepted++;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        assert.ok(error.problems.length > 0);
        for (const problem of error.problems) {
          assert.match(problem, /^f:[1-9]\d*:[1-9]\d*: [^\n]+$/);
          // An accident may have moved the secret into another key's value, which is shown.
          const ofSecret = /^f:\d+:\d+: (api_\w+: |[A-Z])/.test(problem);
          assert.ok(!ofSecret || !problem.includes(secret), problem);
        }
      }
    }),
    { numRuns: 10_000 },
  );
  assert.ok(accepted > 100 && accepted < 9_900, `${accepted} accepted: the accidents test nothing`);
});
