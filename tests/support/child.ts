import { spawn, type ChildProcess } from 'node:child_process';

/** A process that a test started, with everything it printed. Ended by its own id only. */
export interface Child {
  readonly pid: number;
  /** Exit code once it ended, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  running(): boolean;
  /** What it printed so far, standard output and error as they came. */
  output(): string;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  stop(graceMs?: number): Promise<number | string>;
  /** SIGKILL: no chance to tidy up. */
  kill(): Promise<number | string>;
}

export interface ChildOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Record<string, string | undefined>;
}

/** The most output kept of one child; what is older is dropped. */
const outputCharsMax = 400_000;
const alive = new Set<ChildProcess>();

// A test run that is interrupted must not leave servers behind; vitest ends its workers by a signal, too.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
process.once('SIGTERM', () => process.exit(143));

export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Child {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  let printed = '';
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString('utf8')).slice(-outputCharsMax);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<number | string>((resolve) => {
    child.once('error', (error) => {
      printed += `\n${error.message}\n`;
      alive.delete(child);
      resolve(error.message);
    });
    child.once('close', (code, signal) => {
      alive.delete(child);
      resolve(code ?? signal ?? 'unknown');
    });
  });
  const end = async (signal: NodeJS.Signals, graceMs: number) => {
    if (alive.has(child)) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const code = await exited;
    clearTimeout(timer);
    return code;
  };
  return {
    pid: child.pid ?? -1,
    exited,
    running: () => alive.has(child),
    output: () => printed,
    stop: (graceMs = 10_000) => end('SIGTERM', graceMs),
    kill: () => end('SIGKILL', 10_000),
  };
}

/** Runs a command to its end; rejects with what it printed when it fails or takes longer than `timeoutMs`. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: ChildOptions & { timeoutMs?: number } = {},
): Promise<string> {
  const child = startChild(command, args, options);
  const timeoutMs = options.timeoutMs ?? 120_000;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void child.kill();
  }, timeoutMs);
  const code = await child.exited;
  clearTimeout(timer);
  if (late) throw new Error(`${command} took longer than ${timeoutMs} ms:\n${child.output()}`);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${child.output()}`);
  return child.output();
}
