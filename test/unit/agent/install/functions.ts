import { joinProbe, readInstaller } from '../../../../deployer/build/installer.ts';

/** Constants of contract.sh that have another value in a test, such as `STATUS`. */
type Constants = Readonly<Record<string, string>>;

/** The functions of install-agent.sh: the script without its last lines, which run it. */
export async function installerFunctions(constants: Constants = {}): Promise<string> {
  return withConstants(
    (await readInstaller('.')).replace(/\nmain "\$@"\nexit\n$/, '\n'),
    constants,
  );
}

/** The same of the probe. */
export async function probeFunctions(constants: Constants = {}): Promise<string> {
  return withConstants((await joinProbe('.')).replace(/\nprobe "\$@"\n$/, '\n'), constants);
}

function withConstants(script: string, constants: Constants): string {
  return Object.entries(constants).reduce(
    (text, [name, value]) =>
      text.replace(new RegExp(`^readonly ${name}=.*$`, 'm'), `readonly ${name}='${value}'`),
    script,
  );
}
