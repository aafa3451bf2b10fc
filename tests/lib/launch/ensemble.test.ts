import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ensembleMembers } from '@/lib/config/bundled';
import { StartFault } from '@/lib/launch/fault';
import { carrySingleData, refuseEnsembleData } from '@/lib/launch/upgrade-data';
import { memberZooCfg, zooCfg } from '@/lib/launch/zoo-cfg';
import { removeDir, tempDir } from '../../support/temp';

const members = ensembleMembers({ kind: 'ensemble', serverPort: 2181, peerPort: 2188 });
const [zk1, , , zk4] = members;

describe("a member's zoo.cfg", () => {
  test('names all members with their roles and client addresses, and what a quorum needs', () => {
    const lines = memberZooCfg(null, '/d/zk4', zk4!, members).trimEnd().split('\n');
    expect(lines.slice(1)).toEqual([
      'tickTime=2000',
      'maxClientCnxns=0',
      'autopurge.purgeInterval=1',
      '4lw.commands.whitelist=*',
      'initLimit=10',
      'syncLimit=5',
      'admin.enableServer=false',
      'dataDir=/d/zk4',
      'clientPortAddress=127.0.0.1',
      'clientPort=2184',
      'peerType=observer',
      'server.1=127.0.0.1:2188:3188:participant;127.0.0.1:2181',
      'server.2=127.0.0.1:2189:3189:participant;127.0.0.1:2182',
      'server.3=127.0.0.1:2190:3190:participant;127.0.0.1:2183',
      'server.4=127.0.0.1:2191:3191:observer;127.0.0.1:2184',
    ]);
    expect(memberZooCfg(null, '/d/zk1', zk1!, members)).not.toContain('peerType');
  });

  test("keeps an operator's lines and values over starts on other ports", () => {
    const edited = memberZooCfg(null, '/d/zk1', zk1!, members).replace(
      'initLimit=10',
      'initLimit=30\nsnapCount=500',
    );
    const moved = ensembleMembers({ kind: 'ensemble', serverPort: 5000, peerPort: 5007 });
    const again = memberZooCfg(edited, '/d/zk1', moved[0]!, moved);
    expect(again).toContain('initLimit=30\nsnapCount=500\n');
    expect(again.match(/^initLimit=/gm)).toHaveLength(1);
    expect(again.match(/^server\.\d=/gm)).toHaveLength(4);
    expect(again).toContain('server.2=127.0.0.1:5008:6008:participant;127.0.0.1:5001\n');
    expect(memberZooCfg(again, '/d/zk1', moved[0]!, moved)).toBe(again);
  });

  test('is left alone where somebody else wrote it, and where a reconfiguration moved the server list', () => {
    const foreign = 'dataDir=/x\nclientPort=2181\n';
    expect(memberZooCfg(foreign, '/d/zk1', zk1!, members)).toBe(foreign);
    const moved = '# Written by `npm start`.\ndataDir=/x\ndynamicConfigFile=/x/zoo.cfg.dynamic.100000000\n';
    expect(memberZooCfg(moved, '/d/zk1', zk1!, members)).toBe(moved);
  });

  test('takes over the lines an operator gave the standalone server', () => {
    const single = `${zooCfg(null, { host: '127.0.0.1', port: 2181, dataDir: '/d/server/data' })}snapCount=500\n`;
    const lines = memberZooCfg(single, '/d/zk1', zk1!, members).split('\n');
    expect(lines).toContain('snapCount=500');
    expect(lines.filter((line) => line.startsWith('dataDir='))).toEqual(['dataDir=/d/zk1']);
    expect(lines).toContain('syncLimit=5');
  });
});

describe("a standalone server's data", () => {
  let data: string;
  let told: string[];
  beforeEach(async () => {
    data = await tempDir('upgrade');
    told = [];
  });
  afterEach(() => removeDir(data));

  const inside = (...names: string[]) => path.join(data, ...names);
  const single = () => inside('server', 'data', 'version-2');
  function write(file: string, text: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  function giveSingleData(): void {
    write(path.join(single(), 'log.1'), 'transactions');
    write(path.join(single(), 'zoodeck.lock'), '{}');
  }
  const carry = () => carrySingleData(data, members, (line) => told.push(line));
  function expectCarried(): void {
    for (const { name } of members) {
      expect(readFileSync(inside(name, 'version-2', 'log.1'), 'utf8')).toBe('transactions');
      expect(existsSync(inside(name, 'version-2', 'zoodeck.lock'))).toBe(false);
      expect(existsSync(inside(name, 'version-2.copying'))).toBe(false);
    }
    expect(existsSync(single())).toBe(false);
    expect(readFileSync(inside('server', 'data.before-ensemble', 'version-2', 'log.1'), 'utf8')).toBe(
      'transactions',
    );
  }

  test('goes to every member whole, is kept as it was, and is told of', async () => {
    giveSingleData();
    await carry();
    expectCarried();
    expect(told).toEqual([expect.stringContaining('data.before-ensemble')]);
    await carry();
    expect(told).toHaveLength(1);
  });

  test('survives a stop at any step: half a copy is made anew, whole ones are finished', async () => {
    giveSingleData();
    write(inside('zk1', 'version-2.copying', 'log.1'), 'trans');
    await carry();
    expectCarried();
    // As after a stop between setting the original aside and naming the last copies.
    renameSync(inside('zk3', 'version-2'), inside('zk3', 'version-2.copying'));
    renameSync(inside('zk4', 'version-2'), inside('zk4', 'version-2.copying'));
    await carry();
    expectCarried();
  });

  test('a new folder has nothing to carry', async () => {
    await carry();
    expect(told).toEqual([]);
    expect(existsSync(inside('zk1'))).toBe(false);
  });

  test('is refused beside an ensemble’s, and where its log lies elsewhere', async () => {
    giveSingleData();
    write(inside('server', 'zoo.cfg'), 'dataLogDir=/elsewhere\n');
    await expect(carry()).rejects.toThrow('keeps the log elsewhere (dataLogDir=/elsewhere)');
    write(inside('server', 'zoo.cfg'), '');
    write(inside('zk2', 'version-2', 'log.1'), '');
    await expect(carry()).rejects.toThrow(/holds both a single server's data .* and an ensemble's \(zk2 …\)/);
    expect(readFileSync(path.join(single(), 'log.1'), 'utf8')).toBe('transactions');
  });

  test('a single server does not begin anew beside an ensemble’s data', async () => {
    expect(() => refuseEnsembleData(data, members)).not.toThrow();
    giveSingleData();
    await carry();
    expect(() => refuseEnsembleData(data, members)).toThrow(StartFault);
  });
});
