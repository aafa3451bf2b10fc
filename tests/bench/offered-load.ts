import { LoadConnection } from './load-connection';
import { chooser, connectionsCount, portOf, type Target, type Workload } from './throughput';

/** As many requests a second as were asked for, however fast they are answered: what servers well below their limit meet. */

const turnMs = 10;
/** Answers a connection may be behind before the load is no longer what was offered. */
const behindMax = 1_000;

export class OfferedLoad {
  private sent = 0;
  private readonly startedAt = performance.now();
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly connections: readonly LoadConnection[],
    private readonly choosers: readonly ReturnType<typeof chooser>[],
    private readonly perSecond: number,
  ) {
    this.timer = setInterval(() => this.send(), turnMs);
  }

  static async start(target: Target, workload: Workload, perSecond: number): Promise<OfferedLoad> {
    const connections = await Promise.all(
      Array.from({ length: connectionsCount }, (_, index) => LoadConnection.open(portOf(target, index))),
    );
    const choosers = connections.map((_, index) => chooser(workload, index));
    return new OfferedLoad(connections, choosers, perSecond);
  }

  /** What is due by now, spread evenly over the connections. */
  private send(): void {
    const due = Math.floor(((performance.now() - this.startedAt) * this.perSecond) / 1000) - this.sent;
    for (let left = due; left > 0; left -= 1) {
      const index = this.sent % this.connections.length;
      const connection = this.connections[index]!;
      const { position } = connection;
      connection.start(this.choosers[index]!, 1, position, position + 1);
      this.sent += 1;
    }
  }

  /** Requests answered so far. Throws where a connection broke or the members do not keep up. */
  answered(): number {
    const done = this.connections.reduce((sum, { completed }) => sum + completed, 0);
    const broken = this.connections.find((connection) => connection.broken !== null)?.broken;
    if (broken) throw broken;
    if (this.sent - done > behindMax * this.connections.length)
      throw new Error(`${this.sent - done} of ${this.sent} requests are not answered: offer fewer a second`);
    return done;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const connection of this.connections) {
      await connection.stop();
      connection.close();
    }
  }
}
