import { destination as stream, pino, stdSerializers, stdTimeFunctions, type Logger as PinoLogger } from 'pino';
import { prettyLines } from './pretty';
import { redactFields, redactLine } from './redact';

/** Writes structured lines: `logger.info({ jobId }, 'job started')`. */
export type Logger = PinoLogger;

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFormat = 'pretty' | 'json';

export interface LoggerOptions {
  /** The least that is written. Default `debug`. */
  level?: LogLevel;
  /** Lines for people, or an object a line. Default: lines for people when standard error is a terminal. */
  format?: LogFormat;
  /** Where lines go, each with its line break. Default: standard error, written before the call returns. */
  destination?: { write(line: string): void };
}

/**
 * Creates the logger of a process. No line shows a field named like a secret, or a password in a URL or a connection
 * string, also not within an error's text.
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'debug', format = process.stderr.isTTY ? 'pretty' : 'json' } = options;
  const destination = options.destination ?? stream({ dest: 2, sync: true });
  const logger = pino(
    {
      level,
      messageKey: 'message',
      errorKey: 'error',
      base: null,
      timestamp: format === 'json' ? unixSeconds : stdTimeFunctions.epochTime,
      serializers: { error: writeError, err: writeError },
      formatters: { level: (label) => ({ level: label }), log: redactFields },
      hooks: { streamWrite: redactLine },
    },
    format === 'json' ? destination : prettyLines(destination),
  );
  // No formatter of pino sees the fields of a child. Children inherit this, so theirs are covered, too.
  const { child } = logger;
  logger.child = function (this: Logger, fields: object, childOptions?: object) {
    return child.call(this, redactFields(fields), childOptions);
  } as typeof child;
  return logger;
}

/** A logger that writes nothing. */
export const silentLogger = (): Logger => pino({ level: 'silent' });

/** Libraries hang all kinds of fields on their errors. */
const writeError = (error: unknown) =>
  error instanceof Error ? redactFields({ ...stdSerializers.err(error) }) : error;

const unixSeconds = (): string => `,"time":${Math.floor(Date.now() / 1000)}`;
