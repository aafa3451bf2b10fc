import { JuteWriter } from '@/lib/jute/writer';

/**
 * Buffers that connections write one turn's replies into. A connection that has nothing to say holds none, so ten
 * thousand idle ones cost nothing. A buffer comes back once the kernel has copied it; one the socket still needs does not.
 */
const startBytes = 8 * 1024;
const keptBytesMax = 256 * 1024;
const keptMax = 64;

export class OutputPool {
  private readonly kept: JuteWriter[] = [];

  take(): JuteWriter {
    return this.kept.pop() ?? new JuteWriter(startBytes);
  }

  give(writer: JuteWriter): void {
    if (this.kept.length >= keptMax || writer.target.length > keptBytesMax) return;
    writer.reset();
    this.kept.push(writer);
  }
}
