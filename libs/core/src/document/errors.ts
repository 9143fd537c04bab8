import { TorkError } from '../errors/tork-error';

/** One thing that is wrong with a job document. */
export interface DocumentProblem {
  /** The place as the messages name it: `Job.Tasks[0].Name`. */
  path: string;
  /** From 1; absent when the place is not in the text, such as a field that is missing at the top. */
  line?: number;
  /** From 1, in UTF-16 code units. */
  column?: number;
  expected?: string;
  /** Never the text of a field that may hold a secret. */
  found?: string;
  /** The validation rule that failed; absent when the document could not even be read into its fields. */
  rule?: string;
  message: string;
  /** More about the cause, such as where an expression breaks off. */
  detail?: string;
}

/** More problems than this are not listed: a bad document must not lead to an answer larger than itself. */
export const MAX_PROBLEMS = 100;

/** A body that is no job document. The message is what the API answers; `problems` is the same for programs. */
export class DocumentError extends TorkError {
  readonly code = 'INVALID_DOCUMENT';
  constructor(
    message: string,
    readonly problems: readonly DocumentProblem[],
  ) {
    super(message);
  }
}

/** Problems as they turn up, up to {@link MAX_PROBLEMS}. */
export class ProblemList {
  readonly listed: DocumentProblem[] = [];
  private more = false;

  get isEmpty(): boolean {
    return this.listed.length === 0;
  }

  /** Whether looking for further problems is of no use. */
  get isFull(): boolean {
    return this.more;
  }

  /** `describe` runs only if the problem will be listed. */
  add(describe: () => DocumentProblem): void {
    if (this.listed.length < MAX_PROBLEMS) this.listed.push(describe());
    else this.more = true;
  }

  /** One line a problem, and one that says if there are more. */
  lines(line: (problem: DocumentProblem) => string): string[] {
    return [...this.listed.map(line), ...(this.more ? ['… and more'] : [])];
  }
}
