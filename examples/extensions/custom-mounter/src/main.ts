import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, runService } from '@tork/engine';
import { ArchiveMounter } from './archive.mounter';

const mounter = new ArchiveMounter({
  base: new URL(process.env.ARCHIVES_URL ?? 'http://localhost:9000/'),
  folder: process.env.ARCHIVES_FOLDER ?? join(tmpdir(), 'tork-archives'),
});

const engine = new Engine({ mode: 'standalone' });
engine.registerMounter('docker', 'archive', mounter);
void mounter.sweep().then(() => runService(engine));
