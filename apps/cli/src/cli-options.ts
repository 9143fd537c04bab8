import type { Engine, EngineConfig } from '@tork/engine';

/** What the command line works on. */
export interface CliOptions {
  /** What `run` starts. Default: `engine` of `@tork/engine`, so that whatever was registered with it counts. */
  engine?: Engine;
  /** The configuration of `run`. Default: loaded from file and environment. */
  config?: EngineConfig;
}
