import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogFile } from './file';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'tork-log-file-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fail = (error: unknown) => {
  throw error;
};

describe('openLogFile', () => {
  it('adds lines to what is there, for nobody else to read', () => {
    const file = join(folder, 'a/b/log');

    openLogFile(file, fail).write('one\n');
    openLogFile(file, fail).write('two\n');

    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('goes on with a new file when the old one was moved away', () => {
    const file = join(folder, 'log');
    const log = openLogFile(file, fail);
    log.write('one\n');
    renameSync(file, `${file}.1`);

    log.write('two\n');

    expect([`${file}.1`, file].map((name) => readFileSync(name, 'utf8'))).toEqual(['one\n', 'two\n']);
  });

  it('throws at once where it cannot write', () => {
    expect(() => openLogFile(folder, fail)).toThrow('EISDIR');
  });

  it('tells of lines that are lost later on', () => {
    const errors: unknown[] = [];
    const log = openLogFile(join(folder, 'a/log'), (error) => void errors.push(error));
    rmSync(join(folder, 'a'), { recursive: true });

    log.write('lost\n');

    expect(errors).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
  });
});
