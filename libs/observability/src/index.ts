export { createLogger, silentLogger } from './logging/logger';
export type { Logger, LogFormat, LoggerOptions, LogLevel } from './logging/logger';
export { openLogFile } from './logging/file';
export type { LogFile } from './logging/file';
export { HealthRegistry } from './health/health-registry';
export type { HealthCheck, HealthOptions } from './health/health-registry';
export { CpuMeter } from './cpu-meter';
export { loggingConfig } from './logging/config';
export type { LoggingConfig } from './logging/config';
