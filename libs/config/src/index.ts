export { bool, int, text } from './values/scalars';
export { list, mapOf } from './values/collections';
export { parseSize, size } from './values/size';
export { duration } from './values/duration';
