import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** Which runtime something at the daemon belongs to: a random number of each. */
export const OWNER_LABEL = 'tork.owner';
/** The process of that runtime, for those who share its process table. */
export const PROCESS_LABEL = 'tork.process';
export const TASK_LABEL = 'tork.task';
/** On the volumes by which a runtime shows that it lives. */
export const LEASE_LABEL = 'tork.lease';

/** One runtime of one process, as the owner of what it makes at the daemon. */
export class Ownership {
  readonly owner = randomBytes(8).toString('hex');
  /** The labels of everything it makes. */
  readonly labels: Readonly<Record<string, string>>;
  private readonly inUse = new Set<string>();

  constructor() {
    this.labels = { [OWNER_LABEL]: this.owner, [PROCESS_LABEL]: processIdentity(process.pid) ?? '' };
  }

  labelsOf(taskId: string): Record<string, string> {
    return { ...this.labels, [TASK_LABEL]: taskId };
  }

  /**
   * A name that nothing else has at the daemon, for something that is in use from now on. It is known before the request
   * that makes the thing, however that request ends.
   */
  claim(kind: string): string {
    const name = `tork-${kind}-${this.owner}-${randomBytes(6).toString('hex')}`;
    this.inUse.add(name);
    return name;
  }

  /** The thing is gone, or given up: if it should still be there the next sweep removes it. */
  release(name: string): void {
    this.inUse.delete(name);
  }

  isInUse(name: string): boolean {
    return this.inUse.has(name);
  }
}

/** Whether the process of a label lives; `undefined` when that cannot be told from here. */
export function isProcessAlive(identity: string | undefined): boolean | undefined {
  const here = processTable();
  const [table, pid] = /^(\S+) (\d+) \d+$/.exec(identity ?? '')?.slice(1) ?? [];
  if (here === undefined || table !== here) return undefined;
  return processIdentity(Number(pid)) === identity;
}

/** Process table, id and start of a process: the id alone may be given to another one. */
function processIdentity(pid: number): string | undefined {
  const table = processTable();
  if (table === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, with any characters. The third is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isDead = fields[0] === 'Z' || fields[0] === 'X';
    return isDead ? undefined : `${table} ${pid} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** The boot of this machine and the namespace that process ids of this process are valid in. */
function processTable(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return undefined;
  }
}
