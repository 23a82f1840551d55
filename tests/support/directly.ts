import type { WorkerProxy } from "../../src/platform/workers/worker-proxy.ts";

/** An object's methods as they are seen from another thread, on this one: done at once, answered in a later microtask. */
export function directly<T, M extends string & keyof T>(target: T, methods: readonly M[]): WorkerProxy<T, M> {
  const near = methods.map((name) => {
    // Looked up with each call: a test may put another in its place.
    const call = async (...args: unknown[]) => (target[name] as (...args: unknown[]) => unknown).apply(target, args);
    return [name, call] as const;
  });
  return Object.fromEntries(near) as WorkerProxy<T, M>;
}
