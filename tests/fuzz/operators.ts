import { fourLetterWordOf, handleFourLetterWord } from '@/server/admin/four-letter-words';
import { commandNames, runCommand } from '@/server/admin/commands';
import { jsonText } from '@/server/admin/json';
import { ConfigError } from '@/server/config/faults';
import { parseConfig } from '@/server/config/parse';
import { PropertiesError, propertyPairs } from '@/server/config/properties';
import type { Random } from '../sim/random';
import { startInProcess, type InProcessServer } from '../support/in-process';
import { removeDir, tempDir } from '../support/temp';
import { mutated, mutatedText } from './mutate';
import { FuzzFault, type FuzzTarget } from './target';

/** What operators send: zoo.cfg, four-letter words, requests of the AdminServer. Faults are told, never thrown. */

const sampleConfig = `# a comment
tickTime=2000
dataDir=/nowhere/data
dataLogDir=/nowhere/logs
clientPort=2181
clientPortAddress=127.0.0.1
maxClientCnxns=60
minSessionTimeout=4000
maxSessionTimeout=40000
initLimit=10
syncLimit=5
snapCount=1000
preAllocSize=64
snapSizeLimitInKb=100
forceSync=no
autopurge.snapRetainCount=5
autopurge.purgeInterval=1
4lw.commands.whitelist=ruok,mntr
admin.enableServer=true
admin.serverPort=8080
admin.serverAddress=127.0.0.1
snapshot.compression.method=gz
reconfigEnabled=true
localSessionsEnabled=false
metricsProvider.className=org.apache.zookeeper.metrics.prometheus.PrometheusMetricsProvider
metricsProvider.httpPort=7000
extendedTypesEnabled=true
enforceQuota=true
skipACL=no
server.1=127.0.0.1:2888:3888:participant;2181
server.2=[::1]:2888:3888;127.0.0.1:2182
server.3=localhost:2890:3890:observer
group.1=1:2
group.2=3
weight.1=2
quorum.auth.enableSasl=true
peerType=observer
`.split('\n');

const values = [
  '',
  '0',
  '-1',
  'true',
  'yes',
  '99999999999999999999',
  '1e9',
  'NaN',
  '*',
  ':::',
  '\\u00',
  '\u0000',
  '中',
];

function configText(random: Random): string {
  const lines = sampleConfig.filter(() => random.chance(0.6));
  for (let times = random.int(1, 4); times > 0; times -= 1) {
    const index = random.int(0, Math.max(lines.length - 1, 0));
    const [key = ''] = (lines[index] ?? '').split('=');
    lines[index] = random.chance(0.5)
      ? `${key}=${random.pick(values)}`
      : mutatedText(lines[index] ?? '', random);
  }
  return lines.join(random.chance(0.1) ? '\r\n' : '\n');
}

const configs: FuzzTarget = {
  name: 'configs',
  share: 10,
  round(random, cases) {
    for (let index = 0; index < cases; index += 1) {
      const text = configText(random);
      try {
        const settings = new Map(propertyPairs(text));
        // A dataDir that is there could be read for its myid.
        if (settings.has('dataDir')) settings.set('dataDir', '/nowhere/data');
        parseConfig({ name: 'zoo.cfg', file: null, settings, properties: new Map() });
      } catch (error) {
        if (error instanceof PropertiesError) continue;
        if (!(error instanceof ConfigError))
          throw new FuzzFault(`${String(error)} for:\n${text}`, { cause: error });
        if (error.faults.length === 0) throw new FuzzFault(`a refusal without a reason for:\n${text}`);
      }
    }
  },
};

/** One server for all rounds: what is asked changes nothing but counters. */
class OperatorServer {
  private started: Promise<{ server: InProcessServer; folder: string }> | null = null;

  async view() {
    this.started ??= (async () => {
      const folder = await tempDir('fuzz-operators');
      return { folder, server: await startInProcess(folder, { forceSync: 'no' }) };
    })();
    return (await this.started).server.view;
  }

  async close(): Promise<void> {
    if (this.started === null) return;
    const { server, folder } = await this.started;
    this.started = null;
    await server.close();
    await removeDir(folder);
  }
}

const operatorServer = new OperatorServer();
const words =
  'conf cons crst dirs dump envi gtmk ruok stmk srst srvr stat wchc wchp wchs mntr isro hash'.split(' ');

const fourLetterWords: FuzzTarget = {
  name: 'words',
  share: 5,
  async round(random, cases) {
    const view = await operatorServer.view();
    for (let index = 0; index < cases; index += 1) {
      const bytes = Buffer.from(random.pick(words) + random.pick(['', '\n', '\r\n', '\0\0\0\0\0\0\0\x01']));
      const sent = random.chance(0.4) ? bytes : mutated(bytes, random);
      if (sent.length < 4) continue;
      const word = fourLetterWordOf(sent.readInt32BE(0));
      if (word === null) continue;
      for (const piece of handleFourLetterWord(word, view, sent.subarray(4)))
        if (typeof piece !== 'string') throw new FuzzFault(`${word} was answered with no text`);
    }
  },
  close: () => operatorServer.close(),
};

const admin: FuzzTarget = {
  name: 'admin',
  share: 5,
  async round(random, cases) {
    const view = await operatorServer.view();
    for (let index = 0; index < cases; index += 1) {
      const name = random.chance(0.7)
        ? random.pick(commandNames)
        : mutatedText(random.pick(commandNames), random);
      const query = random.chance(0.5) ? '' : mutatedText('traceMask=0x12&path=/a&streaming=true', random);
      const text = [...jsonText(await runCommand(name, view, new URLSearchParams(query)))].join('');
      JSON.parse(text);
    }
  },
  close: () => operatorServer.close(),
};

export const operatorTargets: readonly FuzzTarget[] = [configs, fourLetterWords, admin];
