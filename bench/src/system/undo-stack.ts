/** What has to be undone, the last first; Node 20 has no `AsyncDisposableStack`. */
export class UndoStack {
  private readonly undos: (() => unknown)[] = [];

  add(undo: () => unknown): void {
    this.undos.push(undo);
  }

  /** A failure does not keep the rest from being undone; the first is thrown in the end. Safe to call twice. */
  async undo(): Promise<void> {
    const failures: unknown[] = [];
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
