import { spawn } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { get } from 'node:http';

const LOG = '/var/log/tork-dockerd.log';

/** Docker, and what the images of the tests are made of. */
export const docker = {
  name: 'Docker',
  variable: 'DOCKER_HOST',
  standard: 'unix:///var/run/docker.sock',
  packages: ['docker.io'],
  isInstalled: () => existsSync('/usr/sbin/dockerd') || existsSync('/usr/bin/dockerd'),

  /** Resolves when its API answers. */
  check: (url) =>
    new Promise((resolve, reject) => {
      const { protocol, pathname, hostname, port } = new URL(url);
      const where = protocol === 'unix:' ? { socketPath: pathname } : { host: hostname, port: Number(port || 2375) };
      const request = get({ ...where, path: '/_ping', timeout: 3000 }, (response) => {
        response.resume();
        if (response.statusCode === 200) resolve();
        else reject(new Error(`it answers ${response.statusCode}`));
      });
      request.once('timeout', () => request.destroy(new Error('no answer within 3 s')));
      request.once('error', reject);
    }),

  async start() {
    const log = openSync(LOG, 'a');
    const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', log, log] });
    await new Promise((resolve, reject) => daemon.once('spawn', resolve).once('error', reject));
    daemon.unref();
  },

  /** Where to look when it does not come up. */
  hint: `see ${LOG}`,
};
