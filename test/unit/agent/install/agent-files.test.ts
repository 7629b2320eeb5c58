import assert from 'node:assert/strict';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { execa } from 'execa';
import { TestDirectory } from '../../../support/test-directory.ts';
import { installerFunctions, probeFunctions } from './functions.ts';

const identity = '{"server_guid":"g","server_id":"nas-1","release":"0.1.0-ab12cd34"}\n';

/** A directory with these files, in which the agent's are, too, and what the functions of either script say there. */
async function serverWith(files: Readonly<Record<string, string>>) {
  const directory = await TestDirectory.create({ 'config.yaml': '', ...files });
  const constants = {
    STATUS: directory.file('status.json'),
    STATE_DIR: directory.path,
    CONFIG: directory.file('config.yaml'),
  };
  const said = async (functions: string, call: string): Promise<string> => {
    const env = { PATH: `${directory.path}:${process.env['PATH']}` };
    const script = `${functions.replace(/^export LC_ALL.*$/m, '')}\n${call}`;
    const options = { cwd: directory.path, env, timeout: 20_000, reject: false } as const;
    return (await execa('dash', ['-c', script], options)).stdout;
  };
  return {
    directory,
    installer: async (call: string) => said(await installerFunctions(constants), call),
    probe: async (call: string) => said(await probeFunctions(constants), call),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
}

for (const release of ['*', '0.1.0-????????', '../0.1.0-ab12cd34', '.', 'a b', '']) {
  test(`the installer notes no release that the status calls "${release}"`, async () => {
    await using server = await serverWith({
      'status.json': JSON.stringify({ release, last_success: 1 }),
      '0.1.0-ab12cd34': '',
    });
    const call = 'is_release() { echo "$1"; return 1; }\nnote_accepted';
    assert.equal(await server.installer(call), '');
  });
}

test('the installer notes the release that the status names, and the one that the agent keeps', async () => {
  await using server = await serverWith({
    'status.json': '{"release":"0.2.0-00000000","last_success":1}',
    'identity.json': identity,
  });
  const call = 'is_release() { basename "$1"; return 1; }\nnote_accepted';
  assert.equal(await server.installer(call), '0.2.0-00000000\n0.1.0-ab12cd34');
});

test('a status that is made to be slow to search is searched in a second or two', async () => {
  await using server = await serverWith({ 'status.json': '{"'.repeat(32_768) });
  const fields = ['release', 'pid', 'config_sha256'].map(key => `status_field ${key}`).join('; ');
  assert.equal(await server.installer(`read_status; ${fields}; echo read`), 'read');
});

test('the installer finds its fields in a status with very many warnings, and the probe passes all of it on', async () => {
  const status = JSON.stringify({
    release: '0.1.0-ab12cd34',
    last_error: 'e'.repeat(1_000),
    last_answer: 'refused',
    warnings: Array.from({ length: 100 }, () => ({ code: 'x', text: 't'.repeat(300) })),
  });
  await using server = await serverWith({ 'status.json': status });
  const call = 'read_status; status_field release; status_field last_answer';
  assert.equal(await server.installer(call), '0.1.0-ab12cd34\nrefused');
  assert.equal(await server.probe('about_status'), `status=${status}`);
});

test('no link in place of a file of the agent is followed', async () => {
  await using server = await serverWith({ elsewhere: identity });
  for (const name of ['identity.json', 'status.json']) {
    await symlink('elsewhere', server.directory.file(name));
  }
  assert.equal(await server.installer('kept_release; status_text 99'), '');
  assert.equal(await server.probe('SECRETS=no; about_settings'), '');
});

test('a file of the agent that becomes a pipe when it is opened holds root up for some seconds at most', async () => {
  await using server = await serverWith({
    'identity.json': identity,
    head: '#!/bin/sh\nexec sleep 1000\n',
  });
  await chmod(server.directory.file('head'), 0o755);
  await writeFile(server.directory.file('status.json'), '{}');
  const ended = await Promise.all([
    server.installer('kept_release; echo ended'),
    server.probe('SECRETS=no; about_settings; echo ended'),
    server.probe('about_status; echo ended'),
  ]);
  assert.deepEqual(ended, ['ended', 'ended', 'ended']);
});
