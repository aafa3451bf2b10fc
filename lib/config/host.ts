import type { ConsoleSettings } from './settings';

/**
 * What the process that serves the console gives to the code Next runs in it: settings, the log, and hooks for the end.
 * The launcher and Next's bundles hold separate copies of this module, so the meeting point is a registered symbol on
 * `globalThis`, which is one per process.
 */

export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ConsoleHost {
  readonly version: string;
  readonly settings: ConsoleSettings;
  readonly log: Log;
  /** Called once, together, when the console stops; each must settle within a second or two. */
  readonly onStop: (() => void | Promise<void>)[];
}

/** The console's HTTP server puts the address of who asks here, in place of anything the client sent. */
export const remoteAddressHeader = 'x-zoodeck-remote-address';

const hostKey = Symbol.for('zoodeck.host');
type Holder = Record<symbol, unknown>;

export function installHost(host: ConsoleHost): void {
  (globalThis as Holder)[hostKey] = host;
}

/** The installed host; its absence means the code runs outside `npm start` (or a test that installs one). */
export function consoleHost(): ConsoleHost {
  const host = (globalThis as Holder)[hostKey] as ConsoleHost | undefined;
  if (host === undefined) throw new Error('The console is started with `npm start`, not with `next` itself.');
  return host;
}

/** Forgets an instance that has ended: whoever asks next gets a new one. */
export function dropSingleton(name: string): void {
  delete (globalThis as Holder)[Symbol.for(`zoodeck.${name}`)];
}

/** One instance a process, made on first use, shared by every copy of the module that asks under the same name. */
export function processSingleton<T>(name: string, make: () => T): T {
  const key = Symbol.for(`zoodeck.${name}`);
  const holder = globalThis as Holder;
  holder[key] ??= make();
  return holder[key] as T;
}
