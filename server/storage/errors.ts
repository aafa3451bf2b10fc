/**
 * What is wrong with a data folder or its disk, as a sentence that names the file, the place and what an operator can
 * do. The server that meets one stops.
 */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/** The sentence for a failed system call on `file`, keeping the cause. */
export function diskError(doing: string, file: string, cause: unknown): StorageError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  const known: Record<string, string> = {
    ENOSPC: 'the disk is full; free space on it and start the server again',
    EDQUOT: 'the disk quota is used up; raise it and start the server again',
    EIO: 'the disk reports an input/output error; check it before starting the server again',
    EROFS: 'the file system is mounted read-only',
    EACCES: 'permission denied; the server must be able to write there',
    EPERM: 'the operation is not permitted there',
    ENOENT: 'it does not exist',
    ENOTDIR: 'a part of the path is not a directory',
    EMFILE: 'the process has no file descriptor left; raise its limit (ulimit -n)',
  };
  const reason =
    (code === undefined ? undefined : known[code]) ??
    (cause instanceof Error ? cause.message : String(cause));
  return new StorageError(`${doing} ${file} failed: ${reason}.`, { cause });
}
