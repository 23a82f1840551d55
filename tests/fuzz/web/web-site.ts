import type { HttpOwner } from "../../../src/http/thread/http-thread.ts";
import { type Backend, Questions } from "../../../src/http/thread/questions.ts";
import type { HttpSite, SiteDeps } from "../../../src/http/thread/site.ts";
import { systemClock } from "../../../src/platform/clock.ts";
import { systemBlockingDisk } from "../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../src/platform/disk/system-disk.ts";
import { toldOf } from "../../../src/sentences/sentence-error.ts";

/** What one role serves over HTTP, with an honest main thread behind it. */
export interface WebSite {
  readonly site: HttpSite;
  /** What the main thread has in use for responses: files that are open, readers. */
  inUse(): number;
}

export const SITE_DEPS: SiteDeps = { clock: systemClock, disk: systemDisk, blocking: systemBlockingDisk };

/** Questions to a main thread that is this thread, which are cloned on their way as those between two threads are. */
export function questionsTo<T extends Backend<T>>({ backend, methods }: HttpOwner<T>): Questions {
  const questions = new Questions((message) => {
    if (message.kind !== "question") return;
    const { question } = message;
    const method = methods.find((one) => one === message.method);
    if (method === undefined) throw new Error(`there is no ${message.method}`);
    backend[method](...(structuredClone(message.args) as never[])).then(
      (reply) => questions.receive({ kind: "reply", question, reply: structuredClone(reply) }),
      (error: Error) => questions.receive({ kind: "failure", question, told: structuredClone(toldOf(error)) }),
    );
  });
  return questions;
}

/** What stands for metrics. */
export const METRICS = { text: async () => "up 1\n" };
