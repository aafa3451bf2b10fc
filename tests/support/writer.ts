import { JuteReader } from '@/lib/jute/reader';
import { openAcl, type Acl } from '@/lib/protocol/data';
import type { OpName } from '@/lib/protocol/ops';
import { getAclResponse, getDataResponse, replyHeader } from '@/lib/protocol/proto';
import { Stage } from './stage';

/** Someone else at work on the same cluster: plain calls that throw when the server refuses. */
export class Writer {
  constructor(private readonly port: number) {}

  /** Each call has a session of its own, so that a writer that rests for minutes still writes. */
  private async call(op: OpName, body: Record<string, unknown>): Promise<JuteReader> {
    const stage = new Stage(this.port);
    try {
      await stage.open('writer');
      const frame = await stage.call('writer', op, body);
      if (frame === null) throw new Error('the server closed the connection');
      const reader = new JuteReader(frame);
      const { err } = replyHeader.read(reader);
      if (err !== 0) throw new Error(`${op}: ${err}`);
      await stage.call('writer', 'closeSession', null);
      return reader;
    } finally {
      stage.leave();
    }
  }

  async create(path: string, data = '', flags = 0, acl: readonly Acl[] = openAcl): Promise<void> {
    await this.call('create', { path, data: Buffer.from(data), acl, flags });
  }

  async set(path: string, data: string | Buffer): Promise<void> {
    await this.call('setData', { path, data: Buffer.from(data), version: -1 });
  }

  async remove(path: string): Promise<void> {
    await this.call('delete', { path, version: -1 });
  }

  async data(path: string): Promise<{ text: string; version: number }> {
    const { data, stat } = getDataResponse.read(await this.call('getData', { path, watch: false }));
    return { text: data?.toString('utf8') ?? 'null', version: stat.version };
  }

  async acl(path: string): Promise<Acl[]> {
    return getAclResponse.read(await this.call('getACL', { path })).acl;
  }

  async exists(path: string): Promise<boolean> {
    return this.call('exists', { path, watch: false }).then(
      () => true,
      () => false,
    );
  }
}
