import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledHost, type BundledMember } from '@/lib/config/bundled';
import { type BundledServers, folderFault, settledWithin, singleFolder } from './bundled-server';
import { StartFault } from './fault';
import { serverCommand, ServerProcess } from './server-process';
import { carrySingleData } from './upgrade-data';
import { memberZooCfg } from './zoo-cfg';

/**
 * `npm start`: three voters and an observer, each a process of its own under this supervisor, with data, myid, zoo.cfg
 * and server.log in `<data>/zk1` … `zk4`. All start together, since none serves before a majority is up. The start is
 * done when every member serves, or has failed while a majority serves without it: that one is then kept trying.
 */

export interface EnsembleOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly members: readonly BundledMember[];
  /** One line for the operator. */
  readonly tell: (line: string) => void;
  /** Gives up waiting. */
  readonly signal: AbortSignal;
  /** The program that serves a configuration file; our own server where nothing else is named. */
  readonly command?: (configFile: string) => [string, ...string[]];
}

interface Started {
  readonly member: BundledMember;
  readonly process: ServerProcess;
}

/** Starts all members and waits until the ensemble serves. Throws a `StartFault` when it does not. */
export async function startBundledEnsemble(options: EnsembleOptions): Promise<BundledServers> {
  await carrySingleData(options.dataDir, options.members, options.tell);
  for (const member of options.members) prepare(options, member);
  const names = options.members.map(({ name, role }) => (role === 'observer' ? `${name} (observer)` : name));
  options.tell(`Starting the ensemble: ${names.join(', ')} …`);
  const started = options.members.map((member) => ({ member, process: launch(options, member) }));
  const stop = async () => {
    await Promise.all(started.map((one) => one.process.stop()));
  };
  try {
    await untilServing(started, options);
  } catch (error) {
    await stop();
    throw error;
  }
  for (const { process } of started) process.keep();
  const addresses = options.members.map(({ clientPort }) => `${bundledHost}:${clientPort}`);
  const summary = `ZooKeeper servers: ${addresses.join(',')}  (data in ${options.dataDir})`;
  return { summary, stop };
}

export function memberFolder(dataDir: string, member: BundledMember): string {
  return path.join(dataDir, member.name);
}

/** The member's folder with its myid and zoo.cfg. */
function prepare({ dataDir, members }: EnsembleOptions, member: BundledMember): void {
  const folder = memberFolder(dataDir, member);
  const configFile = path.join(folder, 'zoo.cfg');
  const myid = path.join(folder, 'myid');
  let text: string;
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(myid)) writeFileSync(myid, `${member.serverId}\n`);
    text = memberZooCfg(configBefore(configFile, dataDir), folder, member, members);
    writeFileSync(configFile, text);
  } catch (cause) {
    throw folderFault(`The folder of ${member.name}`, folder, cause);
  }
  const ownPort = new RegExp(`^\\s*clientPort\\s*=\\s*${member.clientPort}\\s*$`, 'm');
  if (ownPort.test(text) || /^\s*dynamicConfigFile\s*=/m.test(text)) return;
  throw new StartFault(
    `${configFile} was not written by \`npm start\` and has no line clientPort=${member.clientPort}, ` +
      'where the console looks for it. Add that line, or move the file away.',
  );
}

/** A new member begins with the lines an operator gave the standalone server whose data it takes over. */
function configBefore(configFile: string, dataDir: string): string | null {
  if (existsSync(configFile)) return readFileSync(configFile, 'utf8');
  const single = path.join(singleFolder(dataDir), 'zoo.cfg');
  return existsSync(single) ? readFileSync(single, 'utf8') : null;
}

function launch(options: EnsembleOptions, member: BundledMember): ServerProcess {
  const folder = memberFolder(options.dataDir, member);
  const configFile = path.join(folder, 'zoo.cfg');
  return new ServerProcess({
    ...{ name: `Member ${member.name}`, host: bundledHost, port: member.clientPort, folder, dataDir: folder },
    logFile: path.join(folder, 'server.log'),
    command: options.command?.(configFile) ?? serverCommand(options.root, configFile),
    tell: options.tell,
  });
}

/** Settles once the ensemble serves with all members that can; rejects once a majority cannot come about any more. */
async function untilServing(started: readonly Started[], { tell, signal }: EnsembleOptions): Promise<void> {
  const voters = started.filter(({ member }) => member.role === 'participant').length;
  const spare = voters - (Math.floor(voters / 2) + 1);
  let votersEnded = 0;
  let tooMany: (fault: StartFault) => void = () => undefined;
  const impossible = new Promise<never>((_, reject) => (tooMany = reject));
  const each = started.map(async ({ member, process }) => {
    const first = await process.firstStart();
    if ('mode' in first) {
      tell(`  ${member.name} serves on ${bundledHost}:${member.clientPort} as ${first.mode}`);
      return;
    }
    if (member.role === 'participant') votersEnded += 1;
    if (votersEnded > spare) {
      tooMany(new StartFault(`Member ${member.name} stopped while starting ${first.ended}`));
    }
  });
  // A member that failed is told of when it is started again.
  const all = await settledWithin(Promise.race([Promise.all(each), impossible]), signal);
  if (all === null)
    throw new StartFault('The ensemble did not serve in time; see server.log of its members.');
}
