export { MALFORMED_DOCUMENTS } from '../document/malformed.fixtures';
export type { MalformedDocument } from '../document/malformed.fixtures';
