import type { CommandResponse, FourLetterWord } from '@/lib/api/commands';

/**
 * Answers of four-letter words as tables, where they have structure. Cells are text exactly as the server wrote it; ids
 * stay hexadecimal text. A line that does not fit is left out of the table: the raw answer is shown beside it.
 */

type Table = NonNullable<CommandResponse['table']>;

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.replace(/\r$/, ''));
}

function pairs(text: string, separator: RegExp): Table {
  const rows = linesOf(text).flatMap((line) => {
    const match = separator.exec(line);
    if (match === null || match.index === 0) return [];
    return [[line.slice(0, match.index).trim(), line.slice(match.index + match[0].length).trim()]];
  });
  return { columns: ['name', 'value'], rows };
}

/** ` /IP:PORT[ops](queued=0,recved=1,…)` of stat and cons; columns are all names that occur, in order of first sight. */
function connections(text: string): Table {
  const found = linesOf(text).flatMap((line) => {
    const match = /^\s*\/?(\S+?)\[([0-9a-f]+)\]\((.*)\)\s*$/.exec(line);
    if (match === null) return [];
    const fields = new Map<string, string>();
    for (const field of (match[3] ?? '').split(',')) {
      const [name = '', value = ''] = field.split('=', 2);
      fields.set(name, value);
    }
    return [{ address: match[1] ?? '', ops: match[2] ?? '', fields }];
  });
  const names = [...new Set(found.flatMap(({ fields }) => [...fields.keys()]))];
  const rows = found.map(({ address, ops, fields }) => [
    address,
    ops,
    ...names.map((name) => fields.get(name) ?? ''),
  ]);
  return { columns: ['address', 'ops', ...names], rows };
}

/** Lines at the margin head the indented lines below them: wchc (session, path) and wchp (path, session). */
function nested(text: string, columns: [string, string]): Table {
  const rows: string[][] = [];
  let head = '';
  for (const line of linesOf(text)) {
    if (line.startsWith('\t')) rows.push([head, line.slice(1)]);
    else if (line !== '') head = line;
  }
  return { columns, rows };
}

/** dump: sessions and connections by the time they expire, and who owns which ephemeral. */
function dump(text: string): Table {
  const rows: string[][] = [];
  let section = '';
  let head = '';
  for (const line of linesOf(text)) {
    const indented = line.startsWith('\t');
    if (/ dump:$/.test(line)) section = line.replace(/ dump:$/, '');
    else if (indented && section === 'ephemeral nodes') rows.push(['ephemeral', head, line.trim()]);
    else if (indented && /^\tip: /.test(line)) {
      const match = /^\tip: \/?(\S+) sessionId: (0x[0-9a-f]+)/.exec(line);
      if (match !== null) rows.push(['connection', match[2] ?? '', `${match[1]} (${head})`]);
    } else if (indented) rows.push(['session', line.trim(), head]);
    else if (/^0x[0-9a-f]+\t\d+ms$/.test(line)) rows.push(['session', ...line.split('\t')]);
    else head = line.replace(/:$/, '').replace(/^\d+ expire/, 'expires');
  }
  return { columns: ['kind', 'session', 'detail'], rows };
}

function watchSummary(text: string): Table | null {
  const match = /^(\d+) connections watching (\d+) paths\s+Total watches:\s*(\d+)/.exec(text);
  if (match === null) return null;
  const [, sessions = '', paths = '', watches = ''] = match;
  return {
    columns: ['name', 'value'],
    rows: [
      ['connections', sessions],
      ['paths', paths],
      ['watches', watches],
    ],
  };
}

/** The table of an answer, or null where the word has none. */
export function tableOf(word: FourLetterWord, text: string): Table | null {
  switch (word) {
    case 'mntr':
      return pairs(text, /\t/);
    case 'conf':
    case 'envi':
      return pairs(text, /=/);
    case 'srvr':
    case 'dirs':
      return pairs(text, /: /);
    case 'hash': {
      const { rows } = pairs(text, /: /);
      return { columns: ['zxid', 'digest'], rows };
    }
    case 'stat':
    case 'cons':
      return connections(text);
    case 'wchc':
      return nested(text, ['session', 'path']);
    case 'wchp':
      return nested(text, ['path', 'session']);
    case 'wchs':
      return watchSummary(text);
    case 'dump':
      return dump(text);
    default:
      return null;
  }
}
