import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import { need } from '../../../support/need.ts';
import { Rig, type State } from './rig.ts';

/** The programs that change something. Each call of one is a moment at which an installation may be ended. */
const programs = ['install', 'ln', 'mv', 'rm', 'systemctl', 'touch'];

/** Counts its calls in /run/step, and at the one that /run/stop names does what /run/stop-how says. */
function shimOf(program: string): string {
  return `
    n=$(($(cat /run/step 2>/dev/null || echo 0) + 1)); echo $n >/run/step
    echo "$n ${program} $*" >>/run/steps
    if [ "$n" = "$(cat /run/stop 2>/dev/null)" ]; then
      case $(cat /run/stop-how) in
        kill) kill -9 "$(cat /run/installer)" ;;
        hang) touch /run/reached; exec /bin/sleep 1000 ;;
      esac
    fi
    exec /bin/${program} "$@"`;
}

suite('an installation that is cut short', need('servers'), () => {
  let rig: Rig;
  let env: Record<string, string>;
  /** The two releases between which the server goes to and fro, each as it stands when it is live. */
  const states = new Map<string, State>();
  let steps: string[];

  before(async () => {
    rig = await Rig.start();
    env = await rig.shim(Object.fromEntries(programs.map(name => [name, shimOf(name)])));
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    await rig.mustInstall('0.2.0', '--config /root/b.yaml');
    states.set('0.2.0', await rig.state());
    await rig.mustInstall('0.1.0', '--config /root/a.yaml');
    states.set('0.1.0', await rig.state());
    // A whole one, to learn its steps. From here on, what is previous is always the other one.
    await start('0.2.0', 0, 'kill');
    steps = (await rig.host.exec('cat /run/steps')).stdout.split('\n');
    states.set('0.2.0', await rig.state());
  });
  after(() => rig?.stop());

  /** Runs the installation of `version` with something befalling it at step `at`; resolves when it has ended. */
  async function start(version: string, at: number, how: 'kill' | 'hang'): Promise<void> {
    const script = await rig.installer(version);
    await rig.host.exec(
      `rm -f /run/step /run/steps /run/reached; echo ${at} >/run/stop; echo ${how} >/run/stop-how`,
    );
    const config = version === '0.1.0' ? '/root/a.yaml' : '/root/b.yaml';
    await rig.run(
      `sh -c 'echo $$ >/run/installer; exec ${script} --config ${config} --gate 0' >/run/said 2>&1`,
      env,
    );
  }

  /** The moments from just before the switch to the end; `pattern` picks the more interesting ones. */
  function moments(pattern: RegExp): number[] {
    const first = steps.findIndex(step => / install .*config\.yaml\.new/.test(step));
    assert.ok(first > 0, steps.join('\n'));
    return steps.flatMap((step, at) => (at >= first && pattern.test(step) ? [at + 1] : []));
  }

  const live = async () => ((await rig.state()).current.startsWith('0.1.0') ? '0.1.0' : '0.2.0');
  const other = (version: string) => (version === '0.1.0' ? '0.2.0' : '0.1.0');

  /** One of the two, whole: link, configuration, unit, and what runs. */
  async function assertWhole(moment: string): Promise<string> {
    const version = await live();
    const { previous: _, ...wanted } = states.get(version) ?? assert.fail();
    await rig.until('systemctl is-active --quiet homelab-agent');
    const { previous: __, ...found } = await rig.state();
    assert.deepEqual(found, wanted, `after ${moment}`);
    return version;
  }

  async function assertConverges(version: string, moment: string): Promise<void> {
    const config = version === '0.1.0' ? '/root/a.yaml' : '/root/b.yaml';
    const outcome = await rig.run(`${await rig.installer(version)} --config ${config} --gate 0`);
    assert.equal(outcome.exitCode, 0, `${moment}: ${outcome.lines.join('\n')}${outcome.stderr}`);
    assert.equal(await assertWhole(`the run after ${moment}`), version);
    const { stdout } = await rig.host.exec(
      'ls -A /etc/homelab-agent; ls -A /opt/homelab-agent; ls -A /etc/systemd/system | grep homelab-agent',
    );
    assert.equal(
      stdout,
      'config.yaml\ncurrent\nprevious\nreleases\nruntime\nhomelab-agent.service',
      `left over after ${moment}`,
    );
  }

  test('by kill -9 at any step of the switch leaves exactly the old or exactly the new release running', async () => {
    const ends = new Set<string>();
    for (const at of moments(/ (mv|systemctl|touch) /)) {
      const from = await live();
      await start(other(from), at, 'kill');
      // The guard restores it; nothing else does.
      await rig.until('! pgrep -f -- "--[g]uard"');
      const moment = `a kill at step ${steps[at - 1]}`;
      ends.add((await assertWhole(moment)) === from ? 'old' : 'new');
      await assertConverges(other(from), moment);
    }
    assert.deepEqual([...ends].sort(), ['new', 'old']);
  });

  test('by a power cut at any step of the switch leaves exactly the old or exactly the new release running', async () => {
    const ends = new Set<string>();
    for (const at of moments(
      / mv .*(current|config\.yaml|activating)$| (touch|systemctl restart) /,
    )) {
      const from = await live();
      const run = start(other(from), at, 'hang');
      await rig.until('test -e /run/reached');
      await rig.host.cut();
      await run.catch(() => {});
      await rig.host.boot();
      const moment = `a power cut at step ${steps[at - 1]}`;
      await rig.until('systemctl is-active --quiet homelab-agent');
      ends.add((await assertWhole(moment)) === from ? 'old' : 'new');
      await assertConverges(other(from), moment);
    }
    assert.deepEqual([...ends].sort(), ['new', 'old']);
  });

  test('by a power cut of a first installation leaves nothing or all of it', async () => {
    const script = await rig.installer('0.1.0');
    const first = `${script} --runtime ${rig.runtime} --config /root/a.yaml --gate 0`;
    await rig.run(`${script} --uninstall --purge`);
    await rig.host.exec('rm -f /run/step /run/steps; echo 0 >/run/stop');
    await rig.run(first, env);
    const all = (await rig.host.exec('cat /run/steps')).stdout.split('\n');
    const begin = all.findIndex(step => / install .*config\.yaml\.new/.test(step));
    for (const [at, step] of all.entries()) {
      if (at < begin || !/ mv .*current$| systemctl (enable|restart)/.test(step)) continue;
      await rig.run(`${script} --uninstall --purge`);
      await rig.host.exec(
        `rm -f /run/step /run/reached; echo ${at + 1} >/run/stop; echo hang >/run/stop-how`,
      );
      const run = rig.run(first, env);
      await rig.until('test -e /run/reached');
      await rig.host.cut();
      await run.catch(() => {});
      await rig.host.boot();
      await rig.host.exec('systemctl is-system-running --wait', { reject: false });
      const state = await rig.state();
      const moment = `a power cut at step ${step}`;
      if (state.enabled === 'enabled') {
        assert.equal(state.active, 'active', moment);
        assert.equal(state.running, state.current, moment);
      } else {
        assert.notEqual(state.active, 'active', moment);
      }
      const outcome = await rig.run(first);
      assert.equal(outcome.exitCode, 0, `${moment}: ${outcome.stderr}`);
    }
  });

  test('by the end of its terminal or its connection continues to its end', async () => {
    const script = await rig.installer('0.2.0');
    const argv = ['nsenter', '-t', String(rig.host.leader), '-m', '-u', '-i', '-n', '-p', '--'];
    const command = `${script} --config /root/b.yaml --gate 2`;
    const child = spawn(argv[0] ?? '', [...argv.slice(1), 'sh', '-c', command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await rig.until('test -e /opt/homelab-agent/activating');
    // The output is no longer read, and signals are sent.
    child.stdout.destroy();
    child.stderr.destroy();
    for (const signal of ['HUP', 'PIPE', 'INT', 'TERM']) {
      await rig.host.exec(`pkill -${signal} -f 'install-agent.s[h] --config'`, { reject: false });
    }
    await rig.until('! pgrep -f "install-agent.sh --[c]onfig"');
    const { current, running, active } = await rig.state();
    assert.match(current, /^0\.2\.0-/);
    assert.deepEqual([running, active], [current, 'active']);
    const { stdout } = await rig.host.exec('ls -A /opt/homelab-agent');
    assert.equal(stdout, 'current\nprevious\nreleases\nruntime');
  });

  test('while it prepares touches nothing, whatever signal ends it', async () => {
    const found = await rig.state();
    const script = await rig.installer('0.9.0');
    // Held up where it asks for the free space.
    for (const signal of ['INT', 'TERM', 'HUP']) {
      const slow = await rig.shim({ df: 'exec sleep 1000' });
      const run = rig.run(`${script} --config /root/a.yaml --gate 0`, slow);
      await rig.until('test -e /opt/homelab-agent/.staging');
      await rig.host.exec(
        `pkill -${signal} -f 'install-agent.s[h] --config'; pkill -f 'sleep [1]000'`,
        {
          reject: false,
        },
      );
      await run;
      assert.deepEqual(await rig.state(), found);
      const { stdout } = await rig.host.exec('ls -A /opt/homelab-agent');
      assert.equal(stdout, 'current\nprevious\nreleases\nruntime', signal);
    }
  });
});
