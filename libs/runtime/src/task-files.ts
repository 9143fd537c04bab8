import { posix } from 'node:path';
import { quote } from '@tork/core';
import { TaskFailedError } from './errors';

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
