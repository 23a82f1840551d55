import type { WorkerRpc } from "./worker-rpc.ts";

/** The methods `M` of an object that lives in a worker. */
export type WorkerProxy<T, M extends keyof T> = {
  readonly [K in M]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** A method to call; the first request, without a method, makes the object. The arguments are structured clones. */
export interface ProxyRequest {
  readonly method: string | null;
  readonly args: readonly unknown[];
}

/** Makes an object in a worker. Rejects with an Error that says what its maker threw. */
export async function openWorkerProxy<T, M extends string & keyof T>(
  rpc: Pick<WorkerRpc<ProxyRequest, unknown>, "call">,
  methods: readonly M[],
  args: readonly unknown[],
): Promise<WorkerProxy<T, M>> {
  await rpc.call({ method: null, args });
  const near = methods.map((method) => [method, (...values: unknown[]) => rpc.call({ method, args: values })]);
  return Object.fromEntries(near) as WorkerProxy<T, M>;
}

/** The handler of the worker: makes the object, and carries out its methods. */
export function proxyHandler<T, M extends string & keyof T>(
  make: (...args: never[]) => T,
  methods: readonly M[],
): (request: ProxyRequest) => unknown {
  let target: T | null = null;
  return ({ method, args }) => {
    if (method === null) {
      target = make(...(args as never[]));
      return null;
    }
    const known = methods.find((one) => one === method);
    const work = known && target ? target[known] : null;
    if (typeof work !== "function") throw new Error(`there is no ${method}`);
    return work.apply(target, args);
  };
}
