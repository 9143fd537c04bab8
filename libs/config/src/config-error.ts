import { TorkError } from '@tork/core';

/** One value that cannot be used. */
export interface ConfigFault {
  /** Dotted, e.g. `worker.queues.highcpu`; empty where it is the configuration itself. */
  key: string;
  /** What is wrong, with what was found unless that is a secret. */
  message: string;
  /** Where the value comes from: a file, a variable or the command line; absent when it was not given. */
  origin?: string;
}

/** The configuration cannot be used. The message lists everything that is wrong with it, and never a secret. */
export class ConfigError extends TorkError {
  readonly code = 'INVALID_CONFIG';

  constructor(
    message: string,
    readonly faults: readonly ConfigFault[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** All faults of one start, a line each. */
  static of(faults: readonly ConfigFault[]): ConfigError {
    const lines = faults.map(
      ({ key, message, origin }) => `${key ? `${key}: ` : ''}${message}${origin ? ` (${origin})` : ''}`,
    );
    return new ConfigError(`invalid configuration:\n  ${lines.join('\n  ')}`, faults);
  }
}
