/** What a search text asks for. */
export interface Terms {
  /** The words that are not tags, as typed; empty if there are none. */
  text: string;
  /** Any of these; absent if none were named. An empty name is one that no job has. */
  tags?: string[];
}

/** Parts a search text at white space: `tag:a` and `tags:a,b` name tags, all else is text. */
export function parseTerms(q = ''): Terms {
  const words: string[] = [];
  const tags: string[] = [];
  for (const word of q.replaceAll('\0', ' ').split(/\s+/)) {
    if (word.startsWith('tag:')) tags.push(word.slice('tag:'.length));
    else if (word.startsWith('tags:')) tags.push(...word.slice('tags:'.length).split(','));
    else if (word !== '') words.push(word);
  }
  return { text: words.join(' '), ...(tags.length > 0 && { tags }) };
}
