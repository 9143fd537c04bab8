import { Scope } from '@nestjs/common';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper';
import type { Middleware } from './compose';
import { InvalidMiddlewareError } from './registration';

/** What the decorators leave on a class: the options of each chain that it belongs to, by the chain's name. */
const CHAINS = Symbol('tork:chains');

/** Classes that were registered as links: they need no decorator of a chain, and must keep to the same rules. */
const REGISTERED = new WeakSet<object>();

export function noteRegistered(classes: readonly object[]): void {
  for (const target of classes) REGISTERED.add(target);
}

type ChainsOfClass = Readonly<Record<string, { order?: number }>>;

export function setChainOptions(chain: string, target: object, options: { order?: number }): void {
  Reflect.defineMetadata(CHAINS, { ...chainsOf(target), [chain]: options }, target);
}

/** The place of a class in a chain; 0 where nothing names one. */
export const orderOf = (chain: string, target: unknown): number => chainsOf(target)?.[chain]?.order ?? 0;

function chainsOf(target: unknown): ChainsOfClass | undefined {
  return typeof target === 'function' ? (Reflect.getOwnMetadata(CHAINS, target) as ChainsOfClass) : undefined;
}

/**
 * The links of a chain among the providers of an application: its decorated classes, each once, but not those that are
 * registered already. They may not exist yet, since chains are made while the application is; a link looks for its
 * instance when it is called first.
 */
export function discover<C>(
  chain: string,
  providers: readonly InstanceWrapper[],
  registered: ReadonlySet<unknown>,
): { link: Middleware<C>; order: number }[] {
  const seen = new Set(registered);
  return providers.flatMap((wrapper) => {
    const target = decoratedClassOf(wrapper);
    if (!target || seen.has(target) || !Object.hasOwn(chainsOf(target)!, chain)) return [];
    seen.add(target);
    let instance: { handle: Middleware<C> } | undefined;
    const link: Middleware<C> = (context, next) =>
      (instance ??= wrapper.instance as { handle: Middleware<C> }).handle(context, next);
    Object.defineProperty(link, 'name', { value: target.name });
    return [{ link, order: orderOf(chain, target) }];
  });
}

/**
 * Checks, once they exist, that the decorated and the registered classes of an application can be links. A class that is
 * made anew for each request would have the chain, and every role that asks for it, wait for requests: nothing would run.
 */
export function checkDiscovered(providers: readonly InstanceWrapper[]): void {
  for (const wrapper of providers) {
    const target = decoratedClassOf(wrapper) ?? registeredClassOf(wrapper);
    if (!target) continue;
    if ((wrapper.scope ?? Scope.DEFAULT) !== Scope.DEFAULT || !wrapper.isDependencyTreeStatic()) {
      throw new InvalidMiddlewareError(`middleware class ${target.name} must be a singleton, as all it asks for`);
    }
    if (typeof (wrapper.instance as { handle?: unknown } | undefined)?.handle !== 'function') {
      throw new InvalidMiddlewareError(`middleware class ${target.name} must have a method handle`);
    }
  }
}

/** The class of a provider, be it given as such, by value or by a factory under its own name, if it is decorated. */
function decoratedClassOf({ instance, isAlias, metatype, token }: InstanceWrapper): { name: string } | undefined {
  if (isAlias) return undefined;
  const ofValue = metatype === null ? (instance as object | undefined)?.constructor : undefined;
  return [metatype, token, ofValue].find((candidate) => chainsOf(candidate) !== undefined) as
    { name: string } | undefined;
}

const registeredClassOf = ({ token }: InstanceWrapper): { name: string } | undefined =>
  typeof token === 'function' && REGISTERED.has(token) ? token : undefined;
