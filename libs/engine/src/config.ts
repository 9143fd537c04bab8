import { apiConfig, webConfig } from '@tork/api';
import { brokerConfig } from '@tork/broker';
import { commandConfig, loadConfig } from '@tork/config';
import type { ConfigSources, LoadedConfig } from '@tork/config';
import { coordinatorConfig } from '@tork/coordinator';
import { datastoreConfig } from '@tork/datastore';
import { hostEnvConfig, redactConfig } from '@tork/middleware';
import { loggingConfig } from '@tork/observability/config';
import { mountsConfig, runtimeConfig } from '@tork/runtime';
import { workerConfig } from '@tork/worker';
import { z } from 'zod';

/** All keys of Tork: each lib's own, joined. docs/configuration.md is checked against it. */
export const engineConfig = commandConfig.extend({
  logging: loggingConfig.prefault({}),
  broker: brokerConfig.prefault({}),
  datastore: datastoreConfig.prefault({}),
  coordinator: coordinatorConfig.extend(apiConfig.shape).prefault({}),
  middleware: z
    .strictObject({
      web: webConfig.prefault({}),
      job: z.strictObject({ redact: redactConfig.prefault({}) }).prefault({}),
      task: z.strictObject({ hostenv: hostEnvConfig.prefault({}) }).prefault({}),
    })
    .prefault({}),
  worker: workerConfig.prefault({}),
  runtime: runtimeConfig.prefault({}),
  mounts: mountsConfig.prefault({}),
});
/** What the keys mean is in docs/configuration.md. */
// An interface has a name, which error messages and the API reference show; an alias would be spelled out.
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface EngineConfig extends z.output<typeof engineConfig> {}

/** Reads the configuration of the process; see `loadConfig` for where from and what it throws. */
export const loadEngineConfig = (sources?: ConfigSources): LoadedConfig<EngineConfig> =>
  loadConfig(engineConfig, sources);
