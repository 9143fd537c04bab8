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
}

/** More problems than this are counted, not listed: a bad document must not lead to an answer larger than itself. */
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

/** Problems as they turn up: the first {@link MAX_PROBLEMS} of them, and how many there were. */
export class ProblemList {
  readonly listed: DocumentProblem[] = [];
  count = 0;

  /** `describe` runs only if the problem will be listed. */
  add(describe: () => DocumentProblem): void {
    this.count += 1;
    if (this.listed.length < MAX_PROBLEMS) this.listed.push(describe());
  }

  /** One line a problem, and one for those that are not listed. */
  lines(line: (problem: DocumentProblem) => string): string[] {
    const more = this.count - this.listed.length;
    return [...this.listed.map(line), ...(more > 0 ? [`… and ${more} more`] : [])];
  }
}
