import { DocumentError } from './errors';
import { MALFORMED_DOCUMENTS } from './malformed.fixtures';
import { parseJobDocument, parseScheduledJobDocument } from './parse';

const options = { validateExpression: () => undefined };

describe('malformed documents', () => {
  it('are fifty and more', () => {
    expect(MALFORMED_DOCUMENTS.length).toBeGreaterThanOrEqual(50);
  });

  it.each(MALFORMED_DOCUMENTS)('$format: $what', ({ format, kind, body, message }) => {
    const parse = kind === 'scheduledJob' ? parseScheduledJobDocument : parseJobDocument;
    const error = errorOf(() => parse(body, format, options));

    expect(error).toBeInstanceOf(DocumentError);
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.problems.length).toBeGreaterThan(0);
  });
});

function errorOf(action: () => unknown): DocumentError {
  try {
    action();
  } catch (error) {
    return error as DocumentError;
  }
  throw new Error('the document was accepted');
}
