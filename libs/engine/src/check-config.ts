import { ConfigError } from '@tork/config';
import type { ConfigFault } from '@tork/config';
import { formatDuration } from '@tork/core';
import type { EngineConfig } from './config';
import type { Roles } from './mode';

/**
 * What keys of several libs must keep to together, as far as they matter to the roles of this process. Returns warnings,
 * a sentence each, about those whose other half may be configured elsewhere.
 *
 * @throws ConfigError with all that cannot work.
 */
export function checkConfig({ broker, coordinator, worker }: EngineConfig, roles: Roles): string[] {
  const faults: ConfigFault[] = [];
  const warnings: string[] = [];
  const atMost = (key: string, value: number, limit: number, what: string) => {
    if (value <= limit) return;
    const message = `expected at most ${what} (${formatDuration(limit)}), found ${formatDuration(value)}`;
    faults.push({ key, message });
  };

  if (roles.coordinator) {
    const { heartbeat, lease } = coordinator;
    // Leases count while heartbeats arrive; a coordinator that is alone with a dead worker sends the only ones.
    atMost('coordinator.heartbeat.interval', heartbeat.interval, lease / 2, 'half of coordinator.lease');
  }
  if (roles.worker && broker.type === 'rabbitmq') {
    const { timeout } = broker.rabbitmq.consumer;
    // RabbitMQ looks from time to time only, and the report of the start has to be confirmed first.
    atMost('worker.release.after', worker.release.after, timeout / 2, 'half of broker.rabbitmq.consumer.timeout');
  }
  if (roles.worker && roles.coordinator) {
    atMost('worker.lease', worker.lease, coordinator.lease, 'coordinator.lease');
  } else if (roles.worker && worker.lease > coordinator.lease) {
    warnings.push(
      `worker.lease is ${formatDuration(worker.lease)}: the coordinators must have a coordinator.lease of at least that ` +
        `(here it is ${formatDuration(coordinator.lease)}), or tasks run twice when this worker is cut off`,
    );
  }
  if (faults.length > 0) throw ConfigError.of(faults);
  return warnings;
}
