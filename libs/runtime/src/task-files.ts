import { posix } from 'node:path';
import { quote } from '@tork/core';
import { RuntimeUnavailableError, TaskFailedError } from './errors';

/** A file of a task, `name` relative to its working directory, with `/` and without `.` or `..`. */
export interface TaskFile {
  name: string;
  contents: string;
}

/**
 * The `files` of a task. The names come from users and the files are made on a host or by a daemon: one that is
 * absolute, leads out of the working directory or names no file fails the task.
 */
export function taskFiles(files: Readonly<Record<string, string>> | undefined): TaskFile[] {
  return Object.entries(files ?? {}).map(([name, contents]) => ({ name: insideWorkDir(name), contents }));
}

function insideWorkDir(name: string): string {
  const normal = posix.normalize(name);
  const leadsOut = posix.isAbsolute(name) || name.split('/').includes('..');
  if (leadsOut || name.includes('\0') || normal === '.' || normal.endsWith('/')) {
    throw new TaskFailedError(
      `error writing file: ${quote(name)}: file names must be relative and stay inside the working directory`,
    );
  }
  return normal;
}

/** Faults of the file system that another host, or a later try, need not have. */
const HOST_FAULTS = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE']);

/** A failure to write a task's file: the task's, e.g. for two names that exclude each other, or the host's. */
export function fileError(name: string, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const text = `error writing file: ${name}: ${message}`;
  return HOST_FAULTS.has(code ?? '') ? new RuntimeUnavailableError(text, { cause: error }) : new TaskFailedError(text);
}
