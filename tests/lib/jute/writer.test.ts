import { expect, test } from 'vitest';
import { JuteWriter } from '@/lib/jute/writer';

test('every kind of value may be the one that makes the buffer grow', () => {
  const writes: readonly ((writer: JuteWriter) => void)[] = [
    (writer) => writer.byte(1),
    (writer) => writer.int(1),
    (writer) => writer.long(1n),
    (writer) => writer.ustring('text that is longer than the buffer'),
    (writer) => writer.buffer(Buffer.alloc(100, 7)),
    (writer) => writer.raw(Buffer.alloc(100, 7)),
  ];
  for (const write of writes) {
    const roomy = new JuteWriter(1024);
    const tight = new JuteWriter(1);
    write(roomy);
    write(tight);
    expect(tight.take()).toEqual(roomy.take());
  }
});
