import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Figure } from '../figures';
import type { System } from './system';

/** Milliseconds of processor time, by who spent them: the roles, `load` (this process), Postgres, RabbitMQ, `idle`. */
export type ProcessorTime = Record<string, number>;

/** The kernel counts in these (USER_HZ), whatever its own clock is. */
const TICK_MS = 10;

/** Names of the services' processes; a role or this process is found by its id. */
const SERVICES: Record<string, string> = { postgres: 'Postgres', 'beam.smp': 'RabbitMQ' };

/**
 * What each part has used since the machine started, with the processes that it has waited for. The difference of two
 * says what bounds a system on a machine that it has for itself. Empty where there is no /proc.
 */
export function processorTime(system: System): ProcessorTime {
  const owners = new Map<number, string>([
    [process.pid, 'load'],
    ...system.roles.map(({ pid, mode }) => [pid, mode] as const),
  ]);
  const spent: ProcessorTime = {};
  for (const { pid, name, ms } of processes()) {
    const owner = owners.get(pid) ?? SERVICES[name];
    if (owner) spent[owner] = (spent[owner] ?? 0) + ms;
  }
  return Object.keys(spent).length > 0 ? { ...spent, idle: idleMs() } : {};
}

export const timeSpent = (before: ProcessorTime, after: ProcessorTime): ProcessorTime =>
  Object.fromEntries(Object.entries(after).map(([owner, ms]) => [owner, ms - (before[owner] ?? 0)]));

/** What a figure says of the time that was spent on jobs, in bursts of these durations. */
export function processorShares(
  spent: ProcessorTime,
  durations: readonly number[],
  jobs: number,
): Pick<Figure, 'busyProcessors' | 'processorMs'> {
  if (Object.keys(spent).length === 0) return {};
  const { idle = 0, ...busy } = spent;
  const elapsedMs = durations.reduce((sum, ms) => sum + ms, 0);
  return {
    busyProcessors: availableParallelism() - idle / elapsedMs,
    processorMs: Object.fromEntries(Object.entries(busy).map(([owner, ms]) => [owner, ms / jobs])),
  };
}

function* processes(): Generator<{ pid: number; name: string; ms: number }> {
  for (const entry of listed('/proc')) {
    const stat = /^\d+$/.test(entry) && read(`/proc/${entry}/stat`);
    if (!stat) continue;
    // 2 (comm) may hold anything, so the fields are counted from its last parenthesis; 14…17 are the times.
    const nameEnd = stat.lastIndexOf(')');
    const times = stat
      .slice(nameEnd + 2)
      .split(' ')
      .slice(11, 15);
    const ms = times.reduce((sum, ticks) => sum + Number(ticks), 0) * TICK_MS;
    yield { pid: Number(entry), name: stat.slice(stat.indexOf('(') + 1, nameEnd), ms };
  }
}

function idleMs(): number {
  const [, , , , idle = 0, ioWait = 0] = (read('/proc/stat') ?? '').split('\n', 1)[0]!.split(/\s+/).map(Number);
  return (idle + ioWait) * TICK_MS;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Processes end while we look. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined;
  }
}
