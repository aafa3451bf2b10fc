import type { ZooKeeperClient } from '@/lib/client/client';
import { isKeeperError } from '@/lib/protocol/errors';
import { Lock } from './lock';
import { inOrder } from './sequence';
import { SessionLost } from './session-guard';
import { getIfThere, readWhenPossible, type WaitOptions } from './waiting';

/** One leads, the others stand by, and one of them takes over when it goes: a lock whose holder does the leader's work. */

export interface Candidacy {
  /** Resolves once the candidate stands for election no longer, and its place is given up. */
  end(): Promise<void>;
}

export class LeaderElection {
  constructor(
    private readonly client: ZooKeeperClient,
    private readonly path: string,
    /** How this candidate is known to those who ask who leads. */
    private readonly id: string,
  ) {}

  /**
   * Stands for election until ended. `lead` runs while this candidate leads, and must stop when its signal is aborted: another
   * may lead then. Whoever returns from it gives up the office and stands again. `fence` grows with every leader.
   */
  stand(lead: (signal: AbortSignal, fence: bigint) => Promise<void>): Candidacy {
    const ending = new AbortController();
    const done = this.loop(lead, ending.signal);
    return {
      end: async () => {
        ending.abort(new Error('the candidacy was ended'));
        await done;
      },
    };
  }

  private async loop(
    lead: (signal: AbortSignal, fence: bigint) => Promise<void>,
    ended: AbortSignal,
  ): Promise<void> {
    const lock = new Lock(this.client, this.path);
    const data = Buffer.from(this.id);
    while (!ended.aborted) {
      try {
        const held = await lock.acquire({ data, signal: ended });
        try {
          await lead(AbortSignal.any([held.lost, ended]), held.fence);
        } finally {
          await held.release();
        }
      } catch (error) {
        if (ended.aborted) return;
        // A new session stands again.
        if (!(error instanceof SessionLost)) throw error;
        await readWhenPossible(this.client, () => this.client.exists('/'), { signal: ended }).catch(
          () => null,
        );
      }
    }
  }

  /** The leader's id; null where nobody leads. */
  async leader(options: WaitOptions = {}): Promise<string | null> {
    const [first] = await this.candidates(options);
    return first ?? null;
  }

  /** Ids of all candidates: the leader, then who follows it in what order. */
  async candidates(options: WaitOptions = {}): Promise<string[]> {
    const { client, path } = this;
    const names = await readWhenPossible(client, () => client.getChildren(path), options)
      .then(({ value }) => inOrder(value.children))
      .catch((error: unknown) => {
        if (isKeeperError(error, 'NONODE')) return [];
        throw error;
      });
    const found = await Promise.all(names.map((name) => getIfThere(client, `${path}/${name}`)));
    return found.filter((candidate) => candidate !== null).map(({ data }) => data.toString());
  }
}
