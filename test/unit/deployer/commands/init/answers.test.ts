import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  groupsByName,
  parseGroups,
  parseHosts,
  parseHubUrl,
  parseUser,
  refuseTwins,
  showGroups,
} from '../../../../../deployer/commands/init/answers.ts';
import { candidates, chooseFrom } from '../../../../../deployer/commands/init/candidates.ts';
import { parseSshHosts } from '../../../../../deployer/commands/init/ssh-hosts.ts';

function hosts(...names: string[]) {
  return names.map(name => ({ name }));
}

test("the hub's address may be a name and a port alone", () => {
  assert.equal(parseHubUrl('hub.home.lan:8080'), 'http://hub.home.lan:8080');
  assert.equal(parseHubUrl('https://hub.home.lan/'), 'https://hub.home.lan');
  assert.throws(() => parseHubUrl('ftp://hub'), RangeError);
});

test('a server is a name, a range of names, or a name with its address', () => {
  assert.deepEqual(
    parseHosts('nas-[1:2]').map(({ name }) => name),
    ['nas-1', 'nas-2'],
  );
  assert.deepEqual(parseHosts('pi-1=192.0.2.7:2222'), [
    { name: 'pi-1', address: '192.0.2.7', port: 2222 },
  ]);
  assert.deepEqual(parseHosts('nas-1:2200'), [{ name: 'nas-1', address: undefined, port: 2200 }]);
  for (const wrong of ['-oProxyCommand=x', 'a b', 'nas=1=2', 'nas=', '"x"', '{{x}}', 'a[1:2]=b']) {
    assert.throws(() => parseHosts(wrong), RangeError, wrong);
  }
});

test('two servers with one id on the hub are refused, the same one twice is one', () => {
  assert.deepEqual(refuseTwins(hosts('nas', 'nas')), hosts('nas'));
  assert.throws(() => refuseTwins(hosts('nas.lan', 'nas-lan')), /both nas-lan there/);
});

test('a user is one word', () => {
  assert.equal(parseUser('admin'), 'admin');
  for (const wrong of ['-l', 'a b', '{{x}}', '']) assert.throws(() => parseUser(wrong), RangeError);
});

test('groups come from the names, never one that a host has, and are read as they are shown', () => {
  const all = hosts('nas-1', 'nas-2', 'media-server1', 'gate', 'pi', 'pi-1');
  const groups = groupsByName(all);
  assert.equal(showGroups(groups), 'nas=nas-1,nas-2 media_server=media-server1');
  assert.deepEqual(parseGroups(showGroups(groups).split(' '), all), groups);
  for (const wrong of ['nas', 'all=gate', 'a-b=gate', 'gate=pi', 'lab=other', 'lab=']) {
    assert.throws(() => parseGroups([wrong], all), RangeError, wrong);
  }
});

test('the servers of an OpenSSH configuration are its names, without patterns and git hosts', () => {
  const text = `Include config.d/*
Host nas-1 "nas-2"
  User admin
Host github.com
  User git
host=pi-1
Host *.lan !gate ?
Match host x
  User git
`;
  const { hosts: names, includes } = parseSshHosts(text);
  assert.deepEqual(names, ['nas-1', 'nas-2', 'pi-1']);
  assert.deepEqual(includes, ['config.d/*']);
});

function listed(id: string, hostname?: string, more = {}) {
  return { id, hostname, status: 'online', last_seen: null, ...more };
}

test('what the hub and OpenSSH know is one list, from which numbers, names and all choose', () => {
  const all = candidates(
    ['nas.lan', 'pi-1'],
    [listed('nas-lan', 'nas'), listed('old'), listed('pi-2', 'pi-2.lan')],
  );
  assert.deepEqual(
    all.map(({ name, address, from }) => [name, address, from.join()]),
    [
      ['nas.lan', undefined, '~/.ssh/config,the hub'],
      ['pi-1', undefined, '~/.ssh/config'],
      ['old', undefined, 'the hub'],
      ['pi-2', 'pi-2.lan', 'the hub'],
    ],
  );
  const names = (line: string) => chooseFrom(all, line).map(({ name }) => name);
  assert.deepEqual(names('1-2, 4'), ['nas.lan', 'pi-1', 'pi-2']);
  assert.deepEqual(names('all new=192.0.2.9'), ['nas.lan', 'pi-1', 'old', 'pi-2', 'new']);
  assert.equal(chooseFrom(all, 'pi-2')[0]?.address, 'pi-2.lan');
  for (const wrong of ['', '0', '5', '3-2'])
    assert.throws(() => chooseFrom(all, wrong), RangeError);
});

test('what a hub says is data: no name that is none, no address that is none, none that was removed', () => {
  const all = candidates(
    [],
    [
      listed('Nas'),
      listed('{{ x }}'),
      listed(''),
      listed('gone', 'gone', { is_inactive: true }),
      listed('pi-1', '-oProxyCommand=x'),
      listed('pi-2', '{{ x }}'),
    ],
  );
  assert.deepEqual(
    all.map(({ name, address }) => [name, address]),
    [
      ['pi-1', undefined],
      ['pi-2', undefined],
    ],
  );
});
