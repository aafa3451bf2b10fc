import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { AuditConfig, ServerConfig } from '@/server/config/server-config';
import type { Log } from '@/server/runtime/log';
import { AuditLog } from './audit-log';
import { EnsembleNode } from './ensemble-node';
import {
  exitConfiguration,
  ServerFailure,
  ServerNode,
  type NodeOptions,
  type RunningServer,
  type StartOptions,
} from './server-node';

export { ServerFailure, type RunningServer, type StartOptions } from './server-node';

/** Top byte of session ids of a server that stands alone, as in Apache. */
const standaloneServerId = 1;

/** Starts a server in the way its configuration asks for; throws a sentence (StorageError, or the listener's error) when it cannot. */
export async function startServer(config: ServerConfig, options: StartOptions): Promise<RunningServer> {
  const { audit } = config;
  if (audit === null) return startNode(config, { ...options, auditLog: null });
  return startAudited(config, options, openAuditLog(audit, config.dataDirAutocreate, options.log));
}

async function startNode(config: ServerConfig, options: NodeOptions): Promise<RunningServer> {
  const { ensemble } = config;
  const node =
    ensemble === null
      ? new StandaloneNode(config, standaloneServerId, options)
      : new EnsembleNode(config, ensemble, options);
  return node.start();
}

function openAuditLog(config: AuditConfig, makesFolder: boolean, log: Log): AuditLog {
  try {
    if (makesFolder) mkdirSync(path.dirname(config.file), { recursive: true });
    return AuditLog.open(config, log);
  } catch (error) {
    const sentence = `The audit log cannot be opened (audit.enable=true, zookeeper.log.dir): ${(error as Error).message}.`;
    throw new ServerFailure(sentence, exitConfiguration, { cause: error });
  }
}

/** The start stands in the audit log, failed or not, and that the server was told to stop. */
async function startAudited(
  config: ServerConfig,
  options: StartOptions,
  auditLog: AuditLog,
): Promise<RunningServer> {
  try {
    const server = await startNode(config, { ...options, auditLog });
    auditLog.started('success');
    const close = async (): Promise<void> => {
      auditLog.stopping();
      await server.close();
      await auditLog.close();
    };
    return { ...server, close };
  } catch (error) {
    auditLog.started('failure');
    await auditLog.close();
    throw error;
  }
}

/** A server that is an ensemble of its own: what is on its disk is committed. */
class StandaloneNode extends ServerNode {
  protected override async startServing(): Promise<void> {
    const { clock, database, listener, pipeline, storage } = this;
    await this.recover();
    const path = pipeline.primaryPath(database.tree.lastZxid, storage.log, () => clock.wallMs());
    storage.log.onSynced = (count) => {
      if (this.failed) return;
      listener.handle(() => {
        for (let done = 0; done < count; done += 1) path.finishNext(listener.nowMs);
        listener.pumpHeld();
      });
    };
    pipeline.serve(path);
    await listener.listen();
  }
}
