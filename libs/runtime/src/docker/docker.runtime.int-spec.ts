import { describeRuntime, dockerTraces, ensureImage, TEST_IMAGE } from '../testing';
import { DockerRuntime } from '.';

jest.setTimeout(30_000);

describeRuntime('the Docker runtime', async () => {
  await ensureImage();
  return {
    create: (options) => new DockerRuntime(options),
    task: { image: TEST_IMAGE },
    traces: dockerTraces,
    inProcess: { adapter: 'docker', options: {} },
    exitText: (code) => `exit code ${code}: `,
  };
});
