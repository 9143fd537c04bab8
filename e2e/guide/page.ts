/** A fenced block of a page. */
export interface Block {
  /** Its language: `ts`, `sh`, `text` … */
  language: string;
  /** What follows the language: for a program its file name. */
  title: string;
  text: string;
  /** Where it begins in the page, from 1. */
  line: number;
}

/** A heading with the blocks below it, up to the next heading. */
export interface Section {
  title: string;
  blocks: Block[];
}

/** The sections of a Markdown page that have blocks. Blocks may be indented, as below an item of a list. */
export function sectionsOf(page: string): Section[] {
  const sections: Section[] = [{ title: '', blocks: [] }];
  let open: { fence: string; indent: string; block: Block; lines: string[] } | undefined;
  for (const [at, line] of page.split('\n').entries()) {
    const [, indent = '', fence, info = ''] = /^(\s*)(`{3,})(.*)$/.exec(line) ?? [];
    if (open) {
      if (fence === open.fence && info === '') {
        open.block.text = open.lines.join('\n');
        sections.at(-1)!.blocks.push(open.block);
        open = undefined;
      } else {
        open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
      }
    } else if (fence) {
      const [language = '', ...title] = info.trim().split(' ');
      open = { fence, indent, block: { language, title: title.join(' '), text: '', line: at + 1 }, lines: [] };
    } else if (/^#{2,} /.test(line)) {
      sections.push({ title: line.replace(/^#+ /, ''), blocks: [] });
    }
  }
  if (open) throw new Error(`line ${open.block.line}: a block that does not end`);
  return sections.filter(({ blocks }) => blocks.length > 0);
}

/**
 * Matches a line as a page shows it: `…` stands for any run of characters, and the width of columns does not matter.
 */
export const shown = (line: string): RegExp =>
  new RegExp(
    line
      .trim()
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replace(/ +/g, ' +'))
      .join('.*'),
  );
