import type { Engine, EngineConfig } from '@tork/engine';

/** What the command line works on. */
export interface CliOptions {
  /**
   * What `run` starts, with the mode and the configuration of the command line. Default: `engine` of `@tork/engine`, so
   * that whatever was registered with it counts.
   */
  engine?: Engine;
  /** The configuration of `run`. Default: loaded from file and environment. */
  config?: EngineConfig;
}
