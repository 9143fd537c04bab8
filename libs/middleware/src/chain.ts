import { Injectable } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Middleware } from './compose';
import { discover, noteRegistered, orderOf, setChainOptions } from './discovery';
import { isMiddlewareClass, toMiddleware } from './registration';
import type { MiddlewareEntry } from './registration';

/** A chain by name, and the token under which its links are offered: `readonly Middleware<C>[]`, outermost first. */
export interface ChainKind<C> {
  readonly name: string;
  readonly token: symbol;
  /** The type of its context, for the compiler alone. */
  readonly context?: C;
}

/** Where a decorated class is in its chain. */
export interface ChainOptions {
  /** Links of a lower order are further out. Default 0, which is also that of registered functions. */
  order?: number;
}

/** The decorator of a chain's classes: makes them injectable, and a link wherever a module provides them. */
export const chainDecorator =
  <C>(kind: ChainKind<C>) =>
  (options: ChainOptions = {}) =>
  <T extends Type<{ handle: Middleware<C> }>>(target: T): void => {
    Injectable()(target);
    setChainOptions(kind.name, target, options);
  };

/**
 * The providers of a chain: its classes, and under its token the links. First come those that were registered, in their
 * order, then the decorated classes of all modules; `order` goes before either. The module needs Nest's DiscoveryModule.
 */
export function chainProviders<C>(kind: ChainKind<C>, entries: readonly MiddlewareEntry<C>[] = []): Provider[] {
  const classes = entries.filter((entry) => isMiddlewareClass(entry));
  noteRegistered(classes);
  const useFactory = (discovery: DiscoveryService, ...instances: { handle: Middleware<C> }[]) => {
    const created = instances.values();
    const registered = entries.map((entry, i) => {
      const link = isMiddlewareClass(entry) ? created.next().value! : entry;
      return { link: toMiddleware(link, `${kind.name} middleware ${i + 1}`), order: orderOf(kind.name, entry) };
    });
    return [...registered, ...discover<C>(kind.name, discovery.getProviders(), new Set(classes))]
      .toSorted((a, b) => a.order - b.order)
      .map(({ link }) => link);
  };
  return [...new Set(classes), { provide: kind.token, useFactory, inject: [DiscoveryService, ...classes] }];
}
