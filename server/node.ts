import type { ServerConfig } from '@/server/config/server-config';
import { EnsembleNode } from './ensemble-node';
import { ServerNode, type RunningServer, type StartOptions } from './server-node';

export { ServerFailure, type RunningServer, type StartOptions } from './server-node';

/** Top byte of session ids of a server that stands alone, as in Apache. */
const standaloneServerId = 1;

/** Starts a server in the way its configuration asks for; throws a sentence (StorageError, or the listener's error) when it cannot. */
export async function startServer(config: ServerConfig, options: StartOptions): Promise<RunningServer> {
  const { ensemble } = config;
  const node =
    ensemble === null
      ? new StandaloneNode(config, standaloneServerId, options)
      : new EnsembleNode(config, ensemble, options);
  return node.start();
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
