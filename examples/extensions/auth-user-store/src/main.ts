import { join } from 'node:path';
import { Engine, runService } from '@tork/engine';
import { authenticate } from './authenticate';
import { FileUserStore } from './user-store';

const store = new FileUserStore(process.env.USERS_FILE ?? join(process.cwd(), 'users.json'));
const engine = new Engine({ mode: 'standalone' });
engine.registerWebMiddleware(authenticate(store, engine.datastore));
void runService(engine);
