import path from 'node:path';
import type { Faults } from './faults';
import { readersOf, type Read } from './readers';
import type { AuditConfig } from './server-config';

/** The audit log's keys: whether there is one (`audit.*`), and what Apache's logback.xml names by properties (`auditlog.*`). */

export interface AuditDraft {
  enable: boolean;
  implClass: string;
  logDir: string | null;
  fileName: string;
  fileMegabytesMax: number;
  backups: number;
}

const servedClass = 'org.apache.zookeeper.audit.Slf4jAuditLogger';
const megabyte = 1_000_000;

/** Sizes are those of Apache's logback.xml. */
export function auditDefaults(): AuditDraft {
  return {
    enable: false,
    implClass: servedClass,
    logDir: null,
    fileName: 'zookeeper_audit.log',
    fileMegabytesMax: 10,
    backups: 10,
  };
}

const { flag, number, text } = readersOf<AuditDraft>();

export const auditKeys: Record<string, Read<AuditDraft>> = {
  'audit.enable': flag('enable'),
  'audit.impl.class': text('implClass'),
  'log.dir': text('logDir'),
  'auditlog.file': (draft, key, value, faults) => {
    if (value !== '' && path.basename(value) === value) draft.fileName = value;
    else faults.add(`${key}=${value}: must be the name of a file; its folder is that of zookeeper.log.dir.`);
  },
  'auditlog.maxFileSizeInMb': number('fileMegabytesMax', 1, 100_000),
  'auditlog.maxBackupIndex': number('backups', 1, 1_000),
};

/** null where no audit log is kept. Without `log.dir` it lies in `dataDir`. */
export function makeAudit(draft: AuditDraft, dataDir: string, faults: Faults): AuditConfig | null {
  if (!draft.enable) return null;
  if (draft.implClass !== servedClass)
    faults.add(
      `audit.impl.class=${draft.implClass}: a Java class cannot be loaded here; remove it, and the audit log is written to the file auditlog.file.`,
    );
  const folder = draft.logDir === null || draft.logDir === '' ? dataDir : path.resolve(draft.logDir);
  return {
    file: path.join(folder, draft.fileName),
    fileBytesMax: draft.fileMegabytesMax * megabyte,
    backups: draft.backups,
  };
}
