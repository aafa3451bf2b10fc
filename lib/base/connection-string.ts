/**
 * A ZooKeeper connection string: `host:port,host:port/chroot`. IPv6 addresses stand in brackets. The port may be left
 * out and is 2181 then, as in Apache's clients.
 */

export interface Member {
  readonly host: string;
  readonly port: number;
}

export interface ConnectionString {
  readonly members: readonly Member[];
  /** Empty, or an absolute path without a trailing slash that every path of the session is below. */
  readonly chroot: string;
}

export const membersMax = 100;
const defaultPort = 2181;
const memberPattern = /^(?:\[([0-9A-Fa-f:.%]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/;

/** The member's name everywhere: `host:port`, with brackets around an IPv6 address. */
export function memberName(member: Member): string {
  return member.host.includes(':') ? `[${member.host}]:${member.port}` : `${member.host}:${member.port}`;
}

/** One member, or a sentence saying what is wrong with its text. */
export function parseMember(text: string): Member | string {
  const match = memberPattern.exec(text);
  if (match === null) return `"${text}" is not host:port`;
  const port = match[3] === undefined ? defaultPort : Number(match[3]);
  if (port < 1 || port > 65_535) return `"${text}" has port ${port}, which is not between 1 and 65535`;
  return { host: (match[1] ?? match[2])!.toLowerCase(), port };
}

function chrootFault(chroot: string): string | null {
  if (chroot.includes('//')) return `the chroot "${chroot}" holds an empty name (//)`;
  if (/(^|\/)\.{1,2}(\/|$)/.test(chroot)) return `the chroot "${chroot}" holds a relative name (. or ..)`;
  return null;
}

/** Parses the whole text, or says in a sentence what is wrong with it. */
export function parseConnectionString(text: string): ConnectionString | string {
  const trimmed = text.trim();
  const slash = trimmed.indexOf('/');
  const hosts = slash < 0 ? trimmed : trimmed.slice(0, slash);
  const chroot = slash < 0 ? '' : trimmed.slice(slash).replace(/\/$/, '');
  const names = hosts.split(',').map((name) => name.trim());
  if (names.length === 1 && names[0] === '') return 'no member is named';
  if (names.length > membersMax)
    return `${names.length} members are named, at most ${membersMax} are allowed`;
  const fault = chrootFault(chroot);
  if (fault !== null) return fault;
  const members: Member[] = [];
  for (const name of names) {
    const member = parseMember(name);
    if (typeof member === 'string') return member;
    if (members.some((other) => memberName(other) === memberName(member))) {
      return `${memberName(member)} is named twice`;
    }
    members.push(member);
  }
  return { members, chroot };
}

/** The text that parses back to the same members and chroot. */
export function formatConnectionString(connection: ConnectionString): string {
  return connection.members.map(memberName).join(',') + connection.chroot;
}
