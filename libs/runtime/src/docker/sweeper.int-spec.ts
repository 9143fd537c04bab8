import { silentLogger } from '../logger';
import { ensureImage, TEST_IMAGE } from '../testing';
import { createContainer } from './create-container';
import { connectToDaemon, disconnect, type Docker } from './daemon';
import { Lease } from './lease';
import { Ownership } from './ownership';
import { removeContainer } from './removal';
import { Sweeper } from './sweeper';

jest.setTimeout(30_000);

let docker: Docker;
beforeAll(async () => {
  await ensureImage();
  docker = await connectToDaemon();
});
afterAll(() => disconnect(docker));

it('removes what could not be removed when it was done with, and nothing that is in use', async () => {
  const ownership = new Ownership();
  const lease = new Lease(docker, ownership);
  await lease.renew();
  const [used, released] = [ownership.claim('task'), ownership.claim('task')];
  for (const name of [used, released]) {
    await createContainer(docker, name, { Image: TEST_IMAGE, Cmd: ['true'], Labels: ownership.labelsOf('a') });
  }
  ownership.release(released);

  await new Sweeper(docker, ownership, silentLogger).sweep();

  const isThere = (name: string) =>
    docker
      .getContainer(name)
      .inspect()
      .then(
        () => true,
        () => false,
      );
  expect(await Promise.all([used, released].map(isThere))).toEqual([true, false]);
  await removeContainer(docker, used);
  await lease.end();
});

it('keeps one lease however often it is renewed, and none at the end', async () => {
  const ownership = new Ownership();
  const lease = new Lease(docker, ownership);
  const count = async () => {
    const filters = { label: [`tork.owner=${ownership.owner}`] };
    return (await docker.listVolumes({ filters })).Volumes.length;
  };

  await lease.renew();
  await lease.renew();
  expect(await count()).toBe(1);
  await lease.end();

  expect(await count()).toBe(0);
});
