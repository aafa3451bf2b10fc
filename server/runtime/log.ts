/** One line an occurrence: time, level, sentence, and the fields worth searching for. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, string | number | bigint | boolean>>;

function line(level: string, message: string, fields: LogFields): string {
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(String(value))}`);
  return `${new Date().toISOString()} ${level} ${oneLine(message)}${rest.join('')}\n`;
}

const shown = (value: string): string => (/[\s"=]/.test(value) ? JSON.stringify(value) : value);

/** What a client sent may be part of a message; it must not look like a line of its own. */
const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

/** Lines to `write`, which in a process is its standard output. */
export function createLog(write: (text: string) => void): Log {
  return {
    info: (message, fields = {}) => write(line('INFO', message, fields)),
    warn: (message, fields = {}) => write(line('WARN', message, fields)),
    error: (message, fields = {}) => write(line('ERROR', message, fields)),
  };
}
