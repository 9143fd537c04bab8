import { quote } from '@tork/core';
import { TaskFailedError } from './errors';

/**
 * The environment that a task asks for. The values may be secrets: what is wrong with one is told without it.
 *
 * @throws TaskFailedError
 */
export function taskEnv(env: Readonly<Record<string, string>> | undefined): Record<string, string> {
  for (const [name, value] of Object.entries(env ?? {})) {
    if (name === '' || /[=\0]/.test(name)) {
      throw new TaskFailedError(
        `invalid environment variable ${quote(name)}: a name is not empty and holds no = or NUL`,
      );
    }
    if (value.includes('\0')) {
      throw new TaskFailedError(`invalid environment variable ${quote(name)}: the value holds a NUL character`);
    }
  }
  return { ...env };
}
