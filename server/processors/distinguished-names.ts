/**
 * Subjects of certificates as the scheme x509 has them (Java's X500Principal): the text that ids are, made from a
 * certificate's bytes in the way of RFC 2253, and whether the text of an ACL is such a name at all.
 */

/** Attribute types with a name of their own in RFC 2253; others are shown by number. */
const shownTypes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

const tags = { oid: 0x06, sequence: 0x30, set: 0x31, version: 0xa0 } as const;

/**
 * Tags of values that are shown as text, UTF8String to BMPString; others in hex. Java reads all of them as UTF-8, which
 * mangles some, and here it is Java's text that counts.
 */
const textTags = new Set([0x0c, 0x13, 0x14, 0x16, 0x1b, 0x1e]);

class NotDer extends Error {}

interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag and length too. */
  readonly whole: Buffer;
}

/** The values that stand side by side in `bytes`. Throws NotDer. */
function derValues(bytes: Buffer): DerValue[] {
  const found: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at;
    const tag = bytes[at]!;
    let length = bytes[at + 1] ?? NaN;
    at += 2;
    if (length > 0x84 || length === 0x80) throw new NotDer();
    if (length > 0x80) {
      const digits = length - 0x80;
      if (at + digits > bytes.length) throw new NotDer();
      length = bytes.readUIntBE(at, digits);
      at += digits;
    }
    if (!(at + length <= bytes.length)) throw new NotDer();
    at += length;
    found.push({ tag, content: bytes.subarray(at - length, at), whole: bytes.subarray(start, at) });
  }
  return found;
}

function oidText(bytes: Buffer): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of bytes) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first = 0n, ...rest] = arcs;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...rest].join('.');
}

/** Escaped where it would mean something else, and so are spaces at both ends. */
function escaped(text: string): string {
  const marked = text.replace(/[,=+<>#;"\\]/g, '\\$&').replaceAll('\0', '\\00');
  const inner = /^[ \r]*([^]*?)[ \r]*$/.exec(marked)![1]!;
  const lead = /^[ \r]*/.exec(marked)![0];
  const trail = marked.slice(lead.length + inner.length);
  const each = (ends: string): string => ends.replace(/[ \r]/g, '\\$&');
  return each(lead) + inner + each(trail);
}

function attributeText({ content }: DerValue): string {
  const [type, value] = derValues(content);
  if (type?.tag !== tags.oid || value === undefined) throw new NotDer();
  const oid = oidText(type.content);
  const name = shownTypes[oid];
  if (name === undefined || !textTags.has(value.tag)) return `${name ?? oid}=#${value.whole.toString('hex')}`;
  return `${name}=${escaped(value.content.toString('utf8'))}`;
}

/** The subject of a certificate in DER, last part first, as in `CN=client,O=Example`; null where it cannot be read. */
export function subjectName(certificate: Buffer): string | null {
  try {
    const [outer] = derValues(certificate);
    const [signed] = derValues(outer?.content ?? Buffer.alloc(0));
    const fields = derValues(signed?.content ?? Buffer.alloc(0));
    // Before it stand the serial number, the algorithm, the issuer and the validity.
    const subject = fields[fields[0]?.tag === tags.version ? 5 : 4];
    if (subject?.tag !== tags.sequence) return null;
    const parts = derValues(subject.content).map((set) =>
      derValues(set.content).map(attributeText).join('+'),
    );
    return parts.reverse().join(',');
  } catch (error) {
    if (error instanceof NotDer) return null;
    throw error;
  }
}

/** Attribute types that a name in an ACL may say in words. */
const readTypes = new Set(
  (
    'CN C L S ST O OU T IP STREET DC DNQUALIFIER DNQ SURNAME GIVENNAME INITIALS GENERATION EMAIL EMAILADDRESS UID ' +
    'SERIALNUMBER'
  ).split(' '),
);

/** An object identifier in digits: at least two arcs, the first 0 to 2, the second below 40 under 0 and 1. */
function isOid(text: string): boolean {
  if (!/^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text)) return false;
  const [first, second] = text.split('.').map(BigInt);
  return first! <= 2n && (first === 2n || second! < 40n);
}

function isDerHex(hex: string): boolean {
  if (!/^([0-9a-f]{2})+$/i.test(hex)) return false;
  try {
    return derValues(Buffer.from(hex, 'hex')).length === 1;
  } catch {
    return false;
  }
}

const escapes = /\\(?:[0-9a-fA-F]{2}|[,=\n+<>#;\\" ])/g;

function isValue(value: string): boolean {
  const text = value.replace(/^[ \n]+/, '');
  if (text.startsWith('#')) return isDerHex(text.slice(1).replace(/[ \n]+$/, ''));
  const plain = text.replace(escapes, '');
  if (plain.includes('\\')) return false;
  return plain.startsWith('"') && text.startsWith('"')
    ? /^"[^"]*"[ \n]*$/.test(plain)
    : !/[,+<>;"]/.test(plain);
}

function isAttribute(text: string): boolean {
  const at = text.indexOf('=');
  if (at < 0) return false;
  const type = text.slice(0, at).trim().toUpperCase();
  return (readTypes.has(type) || isOid(type.replace(/^OID\./, ''))) && isValue(text.slice(at + 1));
}

/** The pieces between separators that are neither escaped nor in quotes. */
function pieces(text: string, separators: string): string[] {
  const found: string[] = [];
  let quotes = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (char === '\\') at += 1;
    else if (char === '"') quotes += 1;
    else if (separators.includes(char) && quotes !== 1) {
      found.push(text.slice(start, at));
      start = at + 1;
      quotes = 0;
    }
  }
  return [...found, text.slice(start)];
}

/** Whether Java takes a text for a distinguished name; the empty text is one, too. */
export function isDistinguishedName(text: string): boolean {
  return text === '' || pieces(text, ',;').every((part) => pieces(part, '+').every(isAttribute));
}
