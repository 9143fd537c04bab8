import type { ProcessEnd } from './launched-process';

/** Signals by the words that the original has for them; any other goes by its name. */
const SIGNALS: Record<string, string> = {
  SIGHUP: 'hangup',
  SIGINT: 'interrupt',
  SIGQUIT: 'quit',
  SIGILL: 'illegal instruction',
  SIGTRAP: 'trace/breakpoint trap',
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGPIPE: 'broken pipe',
  SIGALRM: 'alarm clock',
  SIGTERM: 'terminated',
};

/** How a process ended, for the error of its task; `undefined` when it ended well. */
export function exitText({ exitCode, signal }: ProcessEnd): string | undefined {
  if (signal !== null) return `error executing command: signal: ${SIGNALS[signal] ?? signal}`;
  return exitCode === 0 ? undefined : `error executing command: exit status ${exitCode}`;
}
