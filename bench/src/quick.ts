import { Client, throughput } from './client';
import { startSystem, type RuntimeName, type Topology } from './system';
async function main() {
  const [topology = 'distributed', runtime = 'noop', count = '3000', tasks = '1'] = process.argv.slice(2);
  const system = await startSystem(topology as Topology, runtime as RuntimeName);
  const client = new Client(system.url);
  try {
    for (let i = 0; i < 4; i++)
      console.log(
        topology,
        runtime,
        tasks,
        (await throughput(client, { count: Number(count), tasks: Number(tasks), tag: `r${i}` })).toFixed(0),
        'jobs/s',
      );
  } finally {
    client.close();
    await system.stop();
  }
}
void main();
