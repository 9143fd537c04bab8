/** What has to be undone at the end, in reverse order. A failure does not keep the rest from being undone. */
export class UndoStack {
  private readonly undos: (() => Promise<void>)[] = [];

  /** @param onFailure gets told what could not be undone */
  constructor(private readonly onFailure: (error: unknown) => void) {}

  push(undo: () => Promise<void>): void {
    this.undos.push(undo);
  }

  /** Safe to call twice. */
  async undo(): Promise<void> {
    for (let undo = this.undos.pop(); undo; undo = this.undos.pop()) {
      await undo().catch(this.onFailure);
    }
  }
}
