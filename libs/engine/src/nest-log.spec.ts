import { Logger } from '@nestjs/common';
import { createLogger } from '@tork/observability';
import { NestLog } from './nest-log';

interface Line {
  level: string;
  message: string;
  context?: string;
  err?: { message: string };
}

/** What was written, at level debug. */
function written(write: () => void, startFailures?: 'trace'): Line[] {
  const lines: Line[] = [];
  const log = createLogger({
    level: 'debug',
    format: 'json',
    destination: { write: (line) => lines.push(JSON.parse(line)) },
  });
  Logger.overrideLogger(new NestLog(log, startFailures));
  try {
    write();
  } finally {
    Logger.overrideLogger(false);
  }
  return lines;
}

describe('NestLog', () => {
  it('keeps the level and the name of a logger', () => {
    const lines = written(() => {
      const log = new Logger('Orders');
      log.log('one is packed');
      log.debug('two more');
      log.warn('no paper');
      log.error(new Error('no printer'));
    });

    expect(lines).toMatchObject([
      { level: 'info', message: 'one is packed', context: 'Orders' },
      { level: 'debug', message: 'two more', context: 'Orders' },
      { level: 'warn', message: 'no paper', context: 'Orders' },
      { level: 'error', message: 'no printer', context: 'Orders', err: { message: 'no printer' } },
    ]);
  });

  it('leaves out what Nest says at every start', () => {
    expect(written(() => new Logger('InstanceLoader').log('AppModule dependencies initialized'))).toEqual([]);
  });

  it('leaves what fails a start to whoever starts, if that is wanted', () => {
    const fail = () => new Logger('ExceptionHandler').error(new Error('no broker'));

    expect(written(fail)).toMatchObject([{ level: 'error', message: 'no broker' }]);
    expect(written(fail, 'trace')).toEqual([]);
  });
});
