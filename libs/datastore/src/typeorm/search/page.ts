import type { Page } from '@tork/core';
import type { PageRequest } from '../../datastore';

export const offsetOf = ({ page, size }: PageRequest): number => (page - 1) * size;

/** The page of a list that has `totalItems` items in all. */
export const pageOf = <T>(items: T[], { page, size }: PageRequest, totalItems: number): Page<T> => ({
  items,
  number: page,
  size: items.length,
  totalPages: Math.ceil(totalItems / size),
  totalItems,
});
