import { arrived, say } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { FromHttpThread, ToHttpThread } from "./thread-messages.ts";

/** Most questions that may wait for the main thread: with more it does not keep up. */
const MAX_QUESTIONS = 10_000;

/** The methods of a backend: what an HTTP thread may ask the main thread. Arguments and replies are structured clones. */
export type Backend<T> = { readonly [K in keyof T]: (...args: never[]) => Promise<unknown> };

interface QuestionWaiter {
  resolve(reply: unknown): void;
  reject(error: Error): void;
}

/** The questions of an HTTP thread, each with a promise for its reply. */
export class Questions {
  private readonly waiters = new Map<number, QuestionWaiter>();
  private last = 0;

  constructor(private readonly post: (message: FromHttpThread) => void) {}

  /** A backend far away. Its methods reject with what the near ones reject with, as an error that says the same. */
  backend<T extends Backend<T>>(methods: readonly (keyof T & string)[]): T {
    const far = methods.map((method) => [method, (...args: unknown[]) => this.ask(method, args)]);
    return Object.fromEntries(far) as T;
  }

  receive(message: Extract<ToHttpThread, { kind: "reply" | "failure" }>): void {
    const waiter = this.waiters.get(message.question);
    this.waiters.delete(message.question);
    if (message.kind === "reply") waiter?.resolve(message.reply);
    else waiter?.reject(new SentenceError(arrived(message.told)));
  }

  private ask(method: string, args: readonly unknown[]): Promise<unknown> {
    if (this.waiters.size >= MAX_QUESTIONS)
      return Promise.reject(new SentenceError(say("the server does not keep up")));
    return new Promise((resolve, reject) => {
      this.last += 1;
      this.waiters.set(this.last, { resolve, reject });
      this.post({ kind: "question", question: this.last, method, args });
    });
  }
}
