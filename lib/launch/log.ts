import { pino } from 'pino';

/**
 * The console's log, on standard error: a readable line on a terminal, JSON elsewhere. Quiet: services write one line a
 * transition and none a request. Secrets never reach it; they are `Secret`s, and names that could hold one are masked.
 */
export function createLog(env: NodeJS.ProcessEnv) {
  const level = ['debug', 'info', 'warn', 'error'].includes(env.ZOODECK_LOG_LEVEL ?? '')
    ? env.ZOODECK_LOG_LEVEL
    : 'info';
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['secret', '*.secret', 'password', '*.password', 'credentials', '*.credentials'] },
  };
  const destination = process.stderr.isTTY
    ? { write: (line: string) => writeReadable(line) }
    : process.stderr;
  return pino(options, destination);
}

export type ConsoleLog = ReturnType<typeof createLog>;

function writeReadable(line: string): void {
  process.stderr.write(`${readable(line)}\n`);
}

/** `12:00:01 warn  member down  member=zk1:2181` from a line of JSON. */
export function readable(line: string): string {
  const { level, time, msg, err, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const rest = Object.entries(fields)
    .filter(([name]) => name !== 'event')
    .map(([name, value]) => `${name}=${isPlain(value) ? value : JSON.stringify(value)}`);
  const stack = (err as { stack?: string } | undefined)?.stack;
  const words = [String(time).slice(11, 19), String(level).padEnd(5), String(msg), ...rest].join(' ');
  return stack === undefined ? words : `${words}\n${stack}`;
}

/** Text that can neither break the line nor steer the terminal: some of it comes from members. */
function isPlain(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value);
}
