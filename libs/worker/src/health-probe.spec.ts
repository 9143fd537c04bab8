import { HealthProbe } from './health-probe';

describe('HealthProbe', () => {
  it('passes on what is wrong', async () => {
    const check = new HealthProbe('runtime docker', () => Promise.reject(new Error('no daemon')));

    await expect(check.check()).rejects.toThrow('no daemon');
  });

  it('asks once for all who ask at the same time, and anew afterwards', async () => {
    let asked = 0;
    const check = new HealthProbe('broker', async () => void asked++);

    await Promise.all([check.check(), check.check(), check.check()]);
    expect(asked).toBe(1);
    await check.check();
    expect(asked).toBe(2);
  });

  it('says which part did not answer, and does not ask it again meanwhile', async () => {
    let asked = 0;
    let answer = () => {};
    const ask = () => new Promise<void>((resolve) => ((answer = resolve), asked++));
    const check = new HealthProbe('runtime docker', ask, 20);
    const silence = 'runtime docker did not answer its health check within 0.02 s';

    await expect(check.check()).rejects.toThrow(silence);
    await expect(check.check()).rejects.toThrow(silence);
    expect(asked).toBe(1);

    answer();
    await new Promise(setImmediate);
    const again = check.check();
    expect(asked).toBe(2);
    answer();
    await again;
  });
});
