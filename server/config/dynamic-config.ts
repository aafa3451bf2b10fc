import fs from 'node:fs';
import path from 'node:path';
import type { QuorumConfig, ServerId } from '@/server/quorum/contract';
import { isQuorumKey } from '@/server/quorum/quorum-config';
import { parseProperties } from './properties';

/**
 * What a reconfig leaves on disk (Apache's QuorumPeerConfig.writeDynamicConfig and editStaticConfig): the members in
 * `zoo.cfg.dynamic.<version hex>`, zoo.cfg pointing at that file and rid of what it says, and, while a config is proposed
 * and not committed, `zoo.cfg.dynamic.next`. As Apache's, a rewritten zoo.cfg loses its comments; the file as the operator
 * wrote it is kept as `zoo.cfg.bak`. Each file appears whole and synced, the dynamic one before zoo.cfg names it.
 */
export class DynamicConfigStore {
  private seen: QuorumConfig | null;

  /** `file` null keeps nothing: a server that was not started from a file. `next`: what its `.dynamic.next` says. */
  constructor(
    private readonly file: string | null,
    private readonly serverId: ServerId,
    next: QuorumConfig | null,
  ) {
    this.seen = next;
  }

  get next(): QuorumConfig | null {
    return this.seen;
  }

  /** Seen and not committed. */
  setNext(config: QuorumConfig): void {
    this.seen = config;
    if (this.file !== null) writeDurably(`${this.file}.dynamic.next`, sortedLines(config, true));
  }

  commit(config: QuorumConfig): void {
    if (this.file !== null) this.write(this.file, config);
    if (this.seen !== null && this.seen.version <= config.version) this.clearNext();
  }

  /** What was seen comes to nothing, or is committed. */
  clearNext(): void {
    this.seen = null;
    if (this.file !== null) fs.rmSync(`${this.file}.dynamic.next`, { force: true });
  }

  private write(file: string, config: QuorumConfig): void {
    const dynamicFile = `${path.resolve(file)}.dynamic.${BigInt.asUintN(64, config.version).toString(16)}`;
    writeDurably(dynamicFile, sortedLines(config, false));
    const text = fs.readFileSync(file, 'utf8');
    const settings = parseProperties(text);
    if ([...settings.keys()].some(isQuorumKey)) writeDurably(`${file}.bak`, text);
    const ownLine = config.servers.get(this.serverId);
    writeDurably(
      file,
      staticText(settings, dynamicFile, ownLine !== undefined && ownLine.clientAddress !== null),
    );
  }
}

/** Lines sorted as text, without a line end after the last. */
function sortedLines(config: QuorumConfig, withVersion: boolean): string {
  const lines = config.toText().split('\n');
  return lines
    .filter((line) => withVersion || !line.startsWith('version='))
    .sort()
    .join('\n');
}

function staticText(
  settings: ReadonlyMap<string, string>,
  dynamicFile: string,
  withoutClientPort: boolean,
): string {
  const moved = new Set(['dynamicConfigFile', 'peerType']);
  if (withoutClientPort) for (const key of ['clientPort', 'clientPortAddress']) moved.add(key);
  const kept = [...settings].filter(([key]) => !isQuorumKey(key) && !moved.has(key));
  return [...kept, ['dynamicConfigFile', dynamicFile] as const]
    .map(([key, value]) => `${escaped(key)}=${escaped(value.trim())}\n`)
    .join('');
}

/** A backslash in a .properties file stands for itself only when doubled. */
const escaped = (text: string): string => text.replaceAll('\\', '\\\\');

/** Under its name the file is complete and on disk, or it is as it was before. Throws what the disk says. */
function writeDurably(file: string, text: string): void {
  const unfinished = `${file}.tmp`;
  const fd = fs.openSync(unfinished, 'w');
  try {
    fs.writeFileSync(fd, text);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(unfinished, file);
  const folder = fs.openSync(path.dirname(path.resolve(file)), 'r');
  try {
    fs.fsyncSync(folder);
  } finally {
    fs.closeSync(folder);
  }
}
