import { extract, pack } from 'tar-stream';
import type { Readable } from 'node:stream';

/** A file, or a directory when it has no contents. */
export interface TarEntry {
  name: string;
  mode: number;
  contents?: string;
}

export function tarOf(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, mode, contents } of entries) {
    if (contents === undefined) archive.entry({ name, mode, type: 'directory' });
    else archive.entry({ name, mode }, contents);
  }
  archive.finalize();
  return collect(archive);
}

/** The content of the first file in an archive; `undefined` when it has none. */
export async function firstFileOf(archive: Readable): Promise<Buffer | undefined> {
  const entries = extract();
  let content: Buffer | undefined;
  archive.on('error', (error) => entries.destroy(error));
  for await (const entry of archive.pipe(entries)) {
    if (content === undefined && entry.header.type === 'file') content = await collect(entry);
    else entry.resume();
  }
  return content;
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
