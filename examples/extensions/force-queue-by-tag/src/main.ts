import 'reflect-metadata';
import { createTorkApplication, openApi } from '@tork/engine';
import { AppModule } from './app.module';

async function main(): Promise<void> {
  const app = await createTorkApplication(AppModule, { logger: ['warn', 'error'] });
  app.enableShutdownHooks([], { useProcessExit: true });
  await openApi(app); // where the configuration says; app.listen(port) would do as well
}

void main();
