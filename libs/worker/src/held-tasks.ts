import type { HeldTask } from '@tork/core';

/** A hand-out that this node holds. */
export interface Held {
  readonly id: HeldTask;
  /**
   * Ends what runs for it; `reason` decides what becomes of the task. What has not ended after `graceMs` (default
   * `worker.abort.grace`) is given up. No effect once the outcome is being reported.
   */
  abort(reason: Error, graceMs?: number): void;
}

const keyOf = (taskId: string, attempt: number): string => `${taskId}/${attempt}`;

/** What this node holds at the moment: from the arrival of a hand-out until its outcome is confirmed. */
export class HeldTasks<H extends Held> {
  private readonly held = new Map<string, H>();
  private readonly idle = new Set<() => void>();

  get size(): number {
    return this.held.size;
  }

  add(held: H): void {
    this.held.set(keyOf(held.id.taskId, held.id.attempt), held);
  }

  remove(held: H): void {
    this.held.delete(keyOf(held.id.taskId, held.id.attempt));
    if (this.held.size > 0) return;
    for (const resolve of this.idle) resolve();
    this.idle.clear();
  }

  find(taskId: string, attempt: number): H | undefined {
    return this.held.get(keyOf(taskId, attempt));
  }

  /** All attempts of a task that are held here: more than one while an older one is being ended. */
  attemptsOf(taskId: string): H[] {
    return [...this.held.values()].filter((held) => held.id.taskId === taskId);
  }

  /** What a heartbeat says about this node. */
  ids(): HeldTask[] {
    return Array.from(this.held.values(), ({ id }) => id);
  }

  abortAll(reason: Error, graceMs?: number): void {
    for (const held of this.held.values()) held.abort(reason, graceMs);
  }

  /** Resolves when nothing is held. */
  whenIdle(): Promise<void> {
    return this.held.size === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.add(resolve));
  }
}
