import { RuntimeUnavailableError } from './errors';

/** The runs under way in a runtime, each ended by its caller's signal or by the runtime's close. */
export class ActiveRuns {
  private readonly runs = new Map<AbortController, Promise<unknown>>();
  private closedBecause: Error | undefined;

  /**
   * Does `work` with a signal that is aborted when `signal` is or the runtime closes. Rejects with the reason of that
   * abort, whatever `work` made of it.
   */
  async run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    this.throwIfClosed();
    const control = new AbortController();
    const abort = (): void => control.abort(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const running = work(control.signal);
    this.runs.set(control, running);
    try {
      const done = await running;
      control.signal.throwIfAborted();
      return done;
    } catch (error) {
      control.signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.runs.delete(control);
    }
  }

  throwIfClosed(): void {
    if (this.closedBecause) throw this.closedBecause;
  }

  /** Ends all runs and waits for them. Nothing can be run any more. */
  async close(runtime: string): Promise<void> {
    this.closedBecause ??= new RuntimeUnavailableError(`the ${runtime} runtime is closed`);
    for (const control of this.runs.keys()) control.abort(this.closedBecause);
    await Promise.allSettled(this.runs.values());
  }
}
