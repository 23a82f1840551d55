import { join } from "node:path";
import { spawnChild } from "./children.ts";

/** The near end of a process that makes load: asks one thing at a time and waits for the answer. */
export class Load<Request, Reply> {
  private waiter: { resolve(reply: Reply): void; reject(error: Error): void } | null = null;

  private constructor(private readonly child: Bun.Subprocess) {}

  /** Starts a script of this folder, which must call {@link serveLoad}. */
  static start<Request, Reply>(script: string): Load<Request, Reply> {
    const child = spawnChild([process.execPath, join(import.meta.dir, script)], {
      stdin: "ignore",
      stdout: "inherit",
      stderr: "inherit",
      serialization: "json",
      // With many clients in one process the allocator would give back what the next chunk needs.
      env: { ...process.env, MIMALLOC_PURGE_DELAY: "-1" },
      ipc: (message: Answer<Reply>) => load.answered(message),
      onExit: () => load.answered({ error: `${script} has ended` }),
    });
    const load: Load<Request, Reply> = new Load(child);
    return load;
  }

  get pid(): number {
    return this.child.pid;
  }

  ask(request: Request): Promise<Reply> {
    return new Promise((resolve, reject) => {
      this.waiter = { resolve, reject };
      this.child.send(request);
    });
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.child.exited;
  }

  private answered(answer: Answer<Reply>): void {
    const { waiter } = this;
    this.waiter = null;
    if ("error" in answer) waiter?.reject(new Error(answer.error));
    else waiter?.resolve(answer.reply);
  }
}

type Answer<Reply> = { readonly reply: Reply } | { readonly error: string };

/** The far end: answers each request. */
export function serveLoad<Request, Reply>(answer: (request: Request) => Promise<Reply>): void {
  process.on("message", async (request: Request) => {
    try {
      process.send?.({ reply: await answer(request) });
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.message : String(error) });
    }
  });
  // Nobody waits for the load of a benchmark that is over.
  process.on("disconnect", () => process.exit());
}
