import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { connectToDaemon, disconnect, type Docker } from '../docker/daemon';
import { isNotFound } from '../docker/daemon-error';

/** The statically linked program that is a whole system in one file; Debian has it in the package busybox-static. */
const BUSYBOX = '/bin/busybox';

/** The image that tests run tasks in. */
export const TEST_IMAGE = 'busybox:stable';

/**
 * Sees to it that there is an image with a shell and the usual tools, without a registry: it is made from the busybox of
 * this machine.
 *
 * @param name with a tag; an image that is there already is left as it is
 */
export async function ensureImage(name = TEST_IMAGE, socketPath?: string): Promise<void> {
  const docker = await connectToDaemon({ socketPath });
  try {
    await docker.getImage(name).inspect();
  } catch (error) {
    if (!isNotFound(error)) throw error;
    await makeImage(docker, name);
  } finally {
    disconnect(docker);
  }
}

/** Makes such an image, which holds its own name, so that no two are the same. */
export async function makeImage(docker: Docker, name: string): Promise<void> {
  const [repo = name, tag] = name.split(/:(?=[^:/]+$)/);
  let last = '';
  for await (const message of await docker.importImage(rootFileSystem(name), {})) last = String(message);
  const { status: id, error } = JSON.parse(last) as { status: string; error?: string };
  if (error) throw new Error(error);
  await docker.getImage(id).tag({ repo, tag });
}

function rootFileSystem(name: string): NodeJS.ReadableStream {
  const applets = execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  const archive = pack();
  for (const directory of ['bin', 'etc', 'root', 'usr']) {
    archive.entry({ name: directory, type: 'directory', mode: 0o755 });
  }
  archive.entry({ name: 'tmp', type: 'directory', mode: 0o1777 });
  archive.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(BUSYBOX));
  for (const applet of applets.filter((one) => one !== 'busybox')) {
    archive.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' });
  }
  archive.entry(
    { name: 'etc/passwd', mode: 0o644 },
    'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n',
  );
  archive.entry({ name: 'etc/image', mode: 0o644 }, name);
  archive.entry({ name: 'etc/group', mode: 0o644 }, 'root:x:0:\nnogroup:x:65534:\n');
  archive.finalize();
  return Readable.from(archive);
}
