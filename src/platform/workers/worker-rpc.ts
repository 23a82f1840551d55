import type { Thread } from "./threads.ts";

/** Most calls that may wait for the other thread: beyond, its disk does not keep up. */
const MAX_WAITING = 10_000;

/** The methods `M` of an object on another thread. Calls are carried out in the order in which they are made. */
export type Remote<T, M extends keyof T> = {
  readonly [K in M]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never;
};

/** A call; the first one, without a method, makes the object. Its arguments are structured clones. */
export interface Call {
  readonly method: string | null;
  readonly args: readonly unknown[];
}

/** The answers come in the order of the calls. `error`: what it threw said. */
export type Answer = { readonly value: unknown } | { readonly error: string };

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * Makes an object on a thread. Rejects with an Error that says what its maker threw. `died` is told when the thread has
 * died, after which no call is answered any more.
 */
export async function openRemote<T, M extends string & keyof T>(
  thread: Thread<Call, Answer>,
  methods: readonly M[],
  args: readonly unknown[],
  died: (error: Error) => void,
): Promise<Remote<T, M>> {
  const waiting: Waiting[] = [];
  thread.listen((answer) => {
    const first = waiting.shift();
    if ("error" in answer) first?.reject(new Error(answer.error));
    else first?.resolve(answer.value);
  }, died);
  const call = (method: M | null, values: readonly unknown[]) =>
    new Promise<unknown>((resolve, reject) => {
      if (waiting.length >= MAX_WAITING) return reject(new Error("the disk does not keep up"));
      waiting.push({ resolve, reject });
      thread.post({ method, args: values });
    });
  await call(null, args);
  const near = methods.map((method) => [method, (...values: unknown[]) => call(method, values)]);
  return Object.fromEntries(near) as Remote<T, M>;
}

/** The far end: makes the object, carries out its methods and posts an answer to each call. */
export function serveRemote<T, M extends string & keyof T>(
  make: (...args: never[]) => T,
  methods: readonly M[],
  post: (answer: Answer) => void,
): (call: Call) => void {
  let target: T | null = null;
  return ({ method, args }) => {
    try {
      if (method === null) {
        target = make(...(args as never[]));
        return post({ value: null });
      }
      const known = methods.find((one) => one === method);
      const work = known && target ? target[known] : null;
      if (typeof work !== "function") throw new Error(`there is no ${method}`);
      post({ value: work.apply(target, args) });
    } catch (error) {
      post({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}
