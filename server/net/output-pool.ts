import { JuteWriter } from '@/lib/jute/writer';

/**
 * Buffers that connections write one turn's replies into. A connection that has nothing to say holds none, so ten
 * thousand idle ones cost nothing. A buffer comes back once the kernel has copied it; one the socket still needs does not.
 */
const startBytes = 8 * 1024;
/** Of one buffer, and of all together: two thousand clients may be answered in one turn. */
const keptBytesMax = 256 * 1024;
const allBytesMax = 16 * 1024 * 1024;

export class OutputPool {
  private readonly kept: JuteWriter[] = [];
  private bytes = 0;

  take(): JuteWriter {
    const writer = this.kept.pop();
    if (writer === undefined) return new JuteWriter(startBytes);
    this.bytes -= writer.target.length;
    return writer;
  }

  give(writer: JuteWriter): void {
    const { length } = writer.target;
    if (length > keptBytesMax || this.bytes + length > allBytesMax) return;
    this.bytes += length;
    writer.reset();
    this.kept.push(writer);
  }
}
