import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A new folder of its own under the system's temporary folder; whoever asks removes it with `removeDir`. */
export function tempDir(purpose: string): Promise<string> {
  return mkdtemp(path.join(tmpdir(), `zoodeck-${purpose}-`));
}

/** Removes a folder made by `tempDir`; refuses any other. */
export async function removeDir(dir: string): Promise<void> {
  if (!path.basename(dir).startsWith('zoodeck-')) throw new Error(`${dir} was not made by tempDir`);
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}
