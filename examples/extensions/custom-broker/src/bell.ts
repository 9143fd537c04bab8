/** Wakes its one waiter. Remembers that it rang, so that nothing is missed between a look and the wait for the next. */
export class Bell {
  private hasRung = false;
  private wake = (): void => undefined;

  ring(): void {
    this.hasRung = true;
    this.wake();
  }

  /** Resolves when it has rung since the last time. */
  async rung(): Promise<void> {
    if (!this.hasRung) await new Promise<void>((resolve) => (this.wake = resolve));
    this.hasRung = false;
  }
}
