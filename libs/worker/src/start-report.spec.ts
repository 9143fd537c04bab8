import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@tork/testing';
import { StartReport } from './start-report';

const recorder = () => {
  const reported: number[] = [];
  return { reported, report: async (ranMs: number) => void reported.push(ranMs) };
};

describe('the report of a start', () => {
  it('is left out when the end comes within the patience', async () => {
    const { report, reported } = recorder();

    const start = new StartReport(report, 50);
    await start.end();
    await sleep(80);

    expect(reported).toEqual([]);
  });

  it('is sent when the task lasts, with how long it has run', async () => {
    const { report, reported } = recorder();

    const start = new StartReport(report, 10);

    await eventually(() => expect(reported).toHaveLength(1));
    expect(reported[0]).toBeGreaterThanOrEqual(9);
    await start.end();
    expect(reported).toHaveLength(1);
  });

  it('is sent at once without patience, or when somebody asks for it, and once', async () => {
    const { report, reported } = recorder();

    new StartReport(report, 0);
    const asked = new StartReport(report, 60_000);
    await Promise.all([asked.send(), asked.send()]);
    await asked.end();

    expect(reported).toHaveLength(2);
  });
});
