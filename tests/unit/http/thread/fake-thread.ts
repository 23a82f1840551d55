import { Questions } from "../../../../src/http/thread/questions.ts";
import type { FromHttpThread, ToHttpThread } from "../../../../src/http/thread/thread-messages.ts";
import type { WorkerThread } from "../../../../src/platform/workers/worker-thread.ts";

/** A thread that listens on the port that it is given, or on 8000, and asks what a test has it ask. */
export class FakeThread implements WorkerThread<ToHttpThread, FromHttpThread> {
  readonly ports: number[] = [];
  readonly questions = new Questions((message) => this.say(message));
  stopped = false;
  private received: (message: FromHttpThread) => void = () => {};
  private died: (error: Error) => void = () => {};

  constructor(private readonly refusal: FromHttpThread | null = null) {}

  post(message: ToHttpThread): void {
    if (message.kind === "reply" || message.kind === "failure") return this.questions.receive(structuredClone(message));
    if (message.kind !== "listen") return;
    const { port } = message.setting.address;
    this.ports.push(port);
    this.say(this.refusal ?? { kind: "listening", port: port || 8000 });
  }

  listen(received: (message: FromHttpThread) => void, died: (error: Error) => void): void {
    this.received = received;
    this.died = died;
  }

  stop(): void {
    this.stopped = true;
  }

  die(reason: string): void {
    this.died(new Error(reason));
  }

  say(message: FromHttpThread): void {
    queueMicrotask(() => this.received(message));
  }
}
