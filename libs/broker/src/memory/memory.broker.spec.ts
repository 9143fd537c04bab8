import { describeBroker } from '../testing';
import { MemoryBroker } from './memory.broker';

describeBroker('MemoryBroker', async () => {
  const broker = new MemoryBroker();
  await broker.start();
  return { broker, stop: async () => undefined };
});
