import { join } from 'node:path';
import { ReportFiles } from '../report-files';

/** The directory that a process runs in. */
export class WorkDir {
  /** The script. */
  readonly entrypoint: string;
  /** Where the script leaves its result. */
  readonly output: string;
  /** Where the script reports its progress. */
  readonly progress: string;
  readonly reports: ReportFiles;

  constructor(readonly path: string) {
    this.entrypoint = join(path, 'entrypoint');
    this.output = join(path, 'stdout');
    this.progress = join(path, 'progress');
    this.reports = new ReportFiles(this.output, this.progress);
  }
}
