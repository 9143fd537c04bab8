import { createLogger } from '@tork/observability';
import type { Logger } from '@tork/observability';
import { checkConfig } from './check-config';
import { loadEngineConfig } from './config';
import type { EngineConfig } from './config';
import type { Roles } from './mode';
import { expectConfig, expectOptions } from './registration-error';

/** What a process is told from outside. */
export interface TorkOptions {
  /** The whole configuration. Default: loaded from file and environment, see docs/configuration.md. */
  config?: EngineConfig;
  /** Default: one made from `logging.*`. */
  log?: Logger;
}

/** The same, complete and checked. */
export interface Settings {
  readonly config: EngineConfig;
  readonly log: Logger;
}

/** Injection token of the {@link Settings}. */
export const SETTINGS = Symbol('SETTINGS');

/** @throws ConfigError with all that cannot work in these roles, RegistrationError where it is no configuration at all */
export function settingsOf(options: TorkOptions, roles: Roles): Settings {
  expectOptions('the options of TorkModule', options);
  if (options.config) expectConfig(options.config);
  const { config, warnings } = options.config ? { config: options.config, warnings: [] } : loadEngineConfig();
  const log = options.log ?? createLogger(config.logging);
  for (const warning of [...warnings, ...checkConfig(config, roles)]) log.warn(warning);
  return { config, log };
}
