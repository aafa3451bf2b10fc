import { scenario, node } from './scenario';

const unknownSession = 0x1234567890abcdn;

export const handshakeScenarios = [
  scenario('a new session, with the read-only byte', async (s) => {
    await s.open('a', { readOnly: false });
  }),
  scenario('a new session, without the read-only byte', async (s) => {
    await s.open('a', { readOnly: undefined });
  }),
  scenario('a new session that accepts a read-only server', async (s) => {
    await s.open('a', { readOnly: true });
  }),
  scenario('the timeout is kept between two and twenty ticks', async (s) => {
    await s.open('a', { timeOut: 1, readOnly: false });
    await s.open('b', { timeOut: 1_000_000, readOnly: false });
    await s.open('c', { timeOut: 12_345, readOnly: false });
    await s.open('d', { timeOut: -1, readOnly: false });
    await s.open('e', { timeOut: 0, readOnly: false });
  }),
  scenario('any password of a new session is accepted', async (s) => {
    await s.open('a', { passwd: null, readOnly: false });
    await s.open('b', { passwd: Buffer.alloc(0), readOnly: false });
    await s.open('c', { passwd: Buffer.from('far longer than sixteen bytes'), readOnly: false });
  }),
  scenario('any protocol version is accepted', async (s) => {
    await s.open('a', { protocolVersion: 77, readOnly: false });
  }),
  scenario('an unknown session is refused with an answer', async (s) => {
    await s.open('a', { sessionId: unknownSession, readOnly: false });
    await s.expectClosed('a');
  }),
  scenario('a wrong password is refused, and disconnects the owner', async (s) => {
    await s.open('a');
    const { sessionId } = s.session('a');
    await s.open('b', { sessionId, passwd: Buffer.from('0123456789abcdef'), readOnly: false });
    await s.expectClosed('b');
    await s.expectClosed('a');
  }),
  scenario('a session is resumed with its own password only, whatever stands in the id', async (s) => {
    await s.open('a');
    await s.open('b');
    const { sessionId } = s.session('a');
    const { passwd } = s.session('b');
    const wrong = [passwd, null, Buffer.alloc(0), Buffer.alloc(16), s.session('a').passwd.subarray(0, 15)];
    for (const [index, one] of wrong.entries()) {
      await s.open(`w${index}`, { sessionId, passwd: one, readOnly: false });
      await s.expectClosed(`w${index}`);
    }
    await s.expectClosed('a');
    await s.settle('b');
    await s.open('back', { sessionId, passwd: s.session('a').passwd, readOnly: false });
    await s.settle('back');
    for (const [index, id] of [-1n, -unknownSession, 1n].entries()) {
      await s.open(`n${index}`, { sessionId: id, passwd, readOnly: false });
      await s.expectClosed(`n${index}`);
    }
  }),
  scenario('who moves again and again keeps the session, its ephemerals and no watch', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/mv', 'x', 1));
    await s.call('a', 'getData', { path: '/mv', watch: true });
    const { sessionId, passwd } = s.session('a');
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'd'],
    ] as const) {
      await s.open(to, { sessionId, passwd, readOnly: false });
      await s.expectClosed(from);
      await s.call(to, 'setData', { path: '/mv', data: null, version: -1 });
    }
    await s.settle('d');
    s.drop('d');
    await s.open('e', { sessionId, passwd, readOnly: true });
    await s.call('e', 'exists', { path: '/mv', watch: false });
  }),
  scenario('a session moves to a second connection and the first is closed', async (s) => {
    await s.open('a');
    await s.call('a', 'create', node('/moved', 'x', 1));
    const { sessionId, passwd } = s.session('a');
    await s.open('b', { sessionId, passwd, readOnly: false });
    await s.expectClosed('a');
    await s.call('b', 'exists', { path: '/moved', watch: false });
    await s.call('b', 'closeSession', null);
    await s.expectClosed('b');
  }),
  scenario('a moved session negotiates its timeout anew', async (s) => {
    await s.open('a', { timeOut: 10_000, readOnly: false });
    const { sessionId, passwd } = s.session('a');
    await s.open('b', { sessionId, passwd, timeOut: 7_777, readOnly: undefined });
  }),
  scenario('a client that has seen more than the server is turned away', async (s) => {
    await s.open('a', { lastZxidSeen: 0x7fff_0000_0000n, readOnly: false });
  }),
  scenario('a closed session cannot be resumed', async (s) => {
    await s.open('a');
    const { sessionId, passwd } = s.session('a');
    await s.call('a', 'closeSession', null);
    await s.expectClosed('a');
    await s.open('b', { sessionId, passwd, readOnly: false });
    await s.expectClosed('b');
  }),
  scenario('frames of impossible length close the connection', async (s) => {
    await s.open('a');
    s.write('a', Buffer.from('ffffffff', 'hex'));
    await s.expectClosed('a');
    await s.open('b');
    s.write('b', Buffer.from('00100000', 'hex'));
    await s.expectClosed('b');
  }),
  scenario('a first frame that is no connect request closes the connection', async (s) => {
    await s.socket('a');
    s.write('a', Buffer.from('00000003010203', 'hex'));
    await s.expectClosed('a');
  }),
  scenario('requests may follow the connect frame in one segment, and be split anywhere', async (s) => {
    await s.open('a');
    await s.open('b');
    s.write('a', Buffer.from('00000008', 'hex'));
    // By the time another connection is answered, these bytes were read by themselves.
    await s.settle('b');
    s.write('a', Buffer.from('fffffffe0000', 'hex'));
    await s.settle('b');
    s.write('a', Buffer.from('000b', 'hex'));
    await s.settle('a');
  }),
];
