import type { DynamicModule } from '@nestjs/common';
import { ApiModule } from '@tork/api';
import { CoordinatorModule } from '@tork/coordinator';
import { hostEnv, Redactor } from '@tork/middleware';
import { WorkerModule } from '@tork/worker';
import { isAlone } from './adapters';
import { createExpressions } from './expressions';
import type { Mode, Roles } from './mode';
import type { Registrations } from './registrations';
import { SETTINGS } from './settings';
import type { Settings } from './settings';
import { VERSION } from './version';

/** The modules of a process's roles, each with what the settings mean for it. */
export function roleModules(mode: Mode, roles: Roles, registrations: Registrations): DynamicModule[] {
  const fromSettings = <O>(useFactory: (settings: Settings) => O) => ({ inject: [SETTINGS], useFactory });
  const modules: DynamicModule[] = [];
  if (roles.coordinator) {
    modules.push(CoordinatorModule.registerAsync(fromSettings((settings) => coordinatorOptions(mode, settings))));
  }
  if (roles.api) {
    const { chains, endpoints } = registrations;
    modules.push(ApiModule.registerAsync({ ...fromSettings(apiOptions), endpoints, middleware: chains.web }));
  }
  if (roles.worker) modules.push(WorkerModule.registerAsync(fromSettings(workerOptions)));
  return modules;
}

const redactorOf = ({ middleware }: Settings['config']): Redactor | undefined =>
  middleware.job.redact.enabled ? new Redactor(middleware.job.redact) : undefined;

function coordinatorOptions(mode: Mode, { config, log }: Settings) {
  const { logs, jobs } = config.datastore.retention;
  return {
    version: VERSION,
    log,
    config: config.coordinator,
    alone: isAlone(mode, config),
    ownBroker: config.broker.type === 'inmemory',
    retention: { logsMs: logs.duration, jobsMs: jobs.duration },
    createExpressions,
    redactor: redactorOf(config),
  };
}

const apiOptions = ({ config, log }: Settings) => ({
  version: VERSION,
  log,
  config: config.coordinator,
  web: config.middleware.web,
  redactor: redactorOf(config),
});

function workerOptions({ config, log }: Settings) {
  const { job, task } = config.middleware;
  const { vars } = task.hostenv;
  return {
    version: VERSION,
    log,
    config: config.worker,
    middleware: vars.length > 0 ? [hostEnv(vars)] : [],
    redact: job.redact.enabled,
  };
}
