import fs from 'node:fs';
import type { Login } from '@/lib/sasl/digest-md5';
import { CredentialsError } from './credentials-error';

/**
 * What Apache's DigestLoginModule takes from a JAAS file (`-Djava.security.auth.login.config`):
 * `Section { module flag option="value" …; };`. Sections of others may stand beside it and are passed over.
 */

const digestModule = 'org.apache.zookeeper.server.auth.DigestLoginModule';
/** Prefix of the options that name a user; the value is the password. */
const userPrefix = 'user_';

const tokenPattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"((?:[^"\\\n]|\\.)*)"|[{};=]|[^\s{};="]+/g;

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

function tokensOf(text: string): Token[] {
  const found = [...text.matchAll(tokenPattern)];
  return found
    .filter(([all]) => !all.startsWith('//') && !all.startsWith('/*'))
    .map(([all, quoted]) => ({
      text: quoted?.replace(/\\(.)/g, '$1') ?? all,
      isQuoted: quoted !== undefined,
    }));
}

/** The options of the first module in a section; null where there is no such section. */
function sectionOf(tokens: readonly Token[], section: string): Map<string, string> | null {
  const isMark = (at: number, mark: string): boolean => tokens[at]?.text === mark && !tokens[at].isQuoted;
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    if (depth === 0 && tokens[at]!.text === section && isMark(at + 1, '{')) {
      const options = new Map([['', tokens[at + 2]?.text ?? '']]);
      for (let next = at + 4; next < tokens.length && !isMark(next, ';'); next += 3)
        if (isMark(next + 1, '=')) options.set(tokens[next]!.text, tokens[next + 2]?.text ?? '');
      return options;
    }
    if (isMark(at, '{')) depth += 1;
    if (isMark(at, '}')) depth -= 1;
  }
  return null;
}

/** null where there is no such section. */
function findOptions(file: string, section: string): Map<string, string> | null {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new CredentialsError(
      `java.security.auth.login.config=${file} cannot be read: ${(error as Error).message}.`,
    );
  }
  const options = sectionOf(tokensOf(text), section);
  if (options === null) return null;
  const module = options.get('')!;
  if (module === digestModule) return options;
  const isKerberos = module.includes('Krb5');
  throw new CredentialsError(
    isKerberos
      ? `${file}: section ${section} asks for Kerberos, which is not served; use ${digestModule}.`
      : `${file}: section ${section} asks for ${module || 'nothing'}, where ${digestModule} is served.`,
  );
}

function optionsOf(file: string, section: string): Map<string, string> {
  const options = findOptions(file, section);
  if (options === null) throw new CredentialsError(`${file} has no section ${section}.`);
  return options;
}

/** Who may connect: passwords by user; null where there is no such section. Throws a CredentialsError. */
export function findUsers(file: string, section: string): ReadonlyMap<string, string> | null {
  const options = findOptions(file, section);
  if (options === null) return null;
  const users = [...options].filter(([name]) => name.startsWith(userPrefix));
  if (users.length === 0)
    throw new CredentialsError(`${file}: section ${section} names no user, as in user_bob="password".`);
  return new Map(users.map(([name, password]) => [name.slice(userPrefix.length), password]));
}

/** As `findUsers`, of a section that must be there. */
export function serverUsers(file: string, section: string): ReadonlyMap<string, string> {
  const users = findUsers(file, section);
  if (users === null) throw new CredentialsError(`${file} has no section ${section}.`);
  return users;
}

/** As whom to connect. Throws a CredentialsError. */
export function loginOf(file: string, section: string): Login {
  const options = optionsOf(file, section);
  const username = options.get('username');
  const password = options.get('password');
  if (username !== undefined && password !== undefined) return { username, password };
  throw new CredentialsError(`${file}: section ${section} needs username="…" and password="…".`);
}
