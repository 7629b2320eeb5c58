// Stands in for the agent's bundle where a test needs one that behaves badly on command: it speaks to systemd,
// the installer and nobody else. `behaviour` below is replaced by the test.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const behaviour = 'good';
const config = '/etc/homelab-agent/config.yaml';
const status = '/run/homelab-agent/status.json';
const [command = 'run', file = config] = process.argv.slice(2);

if (command === 'check-config') {
  const text = readFileSync(file, 'utf8');
  if (text.includes('refused')) {
    process.stderr.write(`${file}:1:1: this configuration is refused\n`);
    process.exitCode = 78;
  }
} else {
  run();
}

function run() {
  if (behaviour === 'dies at once') throw new Error('This release cannot start');
  const text = readFileSync(config);
  const beats = behaviour !== 'never beats' && behaviour !== 'is refused';
  const state = {
    version: '0.0.0',
    release:
      behaviour === 'speaks of another release'
        ? 'another'
        : basename(dirname(fileURLToPath(import.meta.url))),
    config_sha256: createHash('sha256').update(text).digest('hex'),
    pid: process.pid,
    started: new Date().toISOString(),
    last_attempt: new Date().toISOString(),
    last_success: beats ? new Date().toISOString() : null,
    last_error: beats ? null : '401: "wrong key". Set api_key',
    last_answer: beats ? 'accepted' : behaviour === 'is refused' ? 'refused' : 'failed',
    beats: { sent: 1, failed: 0, queued: 0 },
    collectors: {},
    interval: 60,
  };
  mkdirSync(dirname(status), { recursive: true });
  writeFileSync(`${status}.new`, JSON.stringify(state));
  renameSync(`${status}.new`, status);
  if (behaviour !== 'never ready') spawnSync('systemd-notify', ['--ready']);
  if (behaviour === 'dies after 3 s') {
    setTimeout(() => {
      process.stdout.write('<3>Died of a fault after three seconds\n');
      process.exitCode = 7;
      process.exit();
    }, 3000);
  }
  setInterval(() => spawnSync('systemd-notify', ['WATCHDOG=1']), 60_000);
  process.on('SIGTERM', () => process.exit(0));
}
