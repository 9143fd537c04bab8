import { chownSync } from 'node:fs';

/** Whom tasks run as, and who therefore owns what they may write to. */
export class Owner {
  /** @param uid numeric; absent = the worker's own. @param gid likewise */
  constructor(
    readonly uid?: number,
    readonly gid?: number,
  ) {}

  get ids(): { uid?: number; gid?: number } {
    return { uid: this.uid, gid: this.gid };
  }

  /** Tasks run as somebody else, before whom the worker's files must be safe. */
  get isOther(): boolean {
    return this.uid !== undefined || this.gid !== undefined;
  }

  /** Gives a file or directory to that user. */
  own(path: string): void {
    if (this.isOther) chownSync(path, this.uid ?? process.getuid!(), this.gid ?? process.getgid!());
  }
}
