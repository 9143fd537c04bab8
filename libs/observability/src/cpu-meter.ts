import { cpus } from 'node:os';

/** How busy this machine is: percent of all cores, since the last reading. */
export class CpuMeter {
  private last = totals();

  /** 0…100, two decimals. */
  read(): number {
    const now = totals();
    const total = now.total - this.last.total;
    const idle = now.idle - this.last.idle;
    this.last = now;
    return total <= 0 ? 0 : Math.round((1 - idle / total) * 10_000) / 100;
  }
}

function totals(): { total: number; idle: number } {
  let total = 0;
  let idle = 0;
  for (const { times } of cpus()) {
    total += times.user + times.nice + times.sys + times.irq + times.idle;
    idle += times.idle;
  }
  return { total, idle };
}
