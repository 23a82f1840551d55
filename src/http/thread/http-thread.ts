import { retryWhileInUse } from "../../net/transport/listening.ts";
import { ListenError } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import { SupervisedWorker } from "../../platform/workers/supervised-worker.ts";
import { startWorkerThread, type WorkerThread } from "../../platform/workers/worker-thread.ts";
import { arrived, english } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { AccessSetting } from "../access/access-setting.ts";
import type { Backend } from "./questions.ts";
import type { FromHttpThread, HttpSetting, ToHttpThread } from "./thread-messages.ts";

type Thread = WorkerThread<ToHttpThread, FromHttpThread>;

export interface HttpThreadDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** How many seconds later than it was due a timer of the thread ran. */
  lagged(seconds: number): void;
  readonly start?: () => Thread;
}

/** What an HTTP thread may ask, and what is done when it has died. */
export interface HttpOwner<T extends Backend<T>> {
  readonly backend: T;
  readonly methods: readonly (keyof T & string)[];
  /** Called once: `notify` has the thread told of a change from now on. */
  attached?(notify: (notice: unknown) => void): void;
  /** What the thread had in use is in use no more. */
  abandoned(): void;
}

interface Listening {
  resolve(port: number): void;
  reject(error: ListenError): void;
}

/** The thread that serves HTTP, seen from the main thread: it answers the thread's questions, and tells it what changes. */
export class HttpThread<T extends Backend<T>> {
  private readonly worker: SupervisedWorker<ToHttpThread, FromHttpThread>;
  private readonly limitedLog: LogLimiter;
  private listening: Listening | null = null;
  private stopped = false;
  /** Counts the threads, so that no answer goes to another thread than the one that asked. */
  private generation = 0;

  constructor(
    private readonly deps: HttpThreadDeps,
    private readonly owner: HttpOwner<T>,
    private setting: HttpSetting,
  ) {
    this.limitedLog = new LogLimiter(deps.log, deps.clock);
    const { start = () => startWorkerThread<ToHttpThread, FromHttpThread>("http") } = deps;
    this.worker = new SupervisedWorker(
      "http",
      { ...deps, start },
      {
        received: (message) => this.receive(message),
        failed: (error) => this.failed(error),
        inFlight: () => 0,
      },
    );
    owner.attached?.((notice) => this.notify(notice));
  }

  /** Resolves with the port. Rejects with {@link ListenError}; a port in use is tried again for some seconds. */
  async listen(): Promise<number> {
    const port = await retryWhileInUse(this.deps, () => this.listenOnce());
    this.setting = { ...this.setting, address: { ...this.setting.address, port } };
    return port;
  }

  /** Has it use what is in force now about who may do what. */
  useAccess(access: AccessSetting): void {
    this.setting = { ...this.setting, access };
    if (!this.stopped) this.worker.post({ kind: "access", access });
  }

  /** Ends the thread with all its connections. */
  stop(): void {
    this.stopped = true;
    this.worker.stop();
    this.owner.abandoned();
  }

  private notify(notice: unknown): void {
    if (!this.stopped) this.worker.post({ kind: "notice", notice });
  }

  private listenOnce(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.listening = { resolve, reject };
      this.worker.post({ kind: "listen", setting: this.setting });
    });
  }

  private receive(message: FromHttpThread): void {
    if (message.kind === "question") return void this.answer(message);
    if (message.kind === "mistake")
      return this.limitedLog.error("http-mistake", `a request failed: ${message.message}`);
    if (message.kind === "refused") return this.tellOfRefusal(message);
    if (message.kind === "lags") {
      for (const seconds of message.seconds) this.deps.lagged(seconds);
      return;
    }
    const { listening } = this;
    this.listening = null;
    if (message.kind === "listening") listening?.resolve(message.port);
    else listening?.reject(new ListenError(message.failure, arrived(message.told)));
  }

  private tellOfRefusal({ host, reason }: Extract<FromHttpThread, { kind: "refused" }>): void {
    this.limitedLog.warn("http-refused", `a request from ${host} was refused: ${english(reason)}`, { host });
  }

  private async answer({ question, method, args }: Extract<FromHttpThread, { kind: "question" }>): Promise<void> {
    const { generation } = this;
    const reply = await this.ask(method, args).then(
      (reply): ToHttpThread => ({ kind: "reply", question, reply }),
      (error: Error): ToHttpThread => ({ kind: "failure", question, told: toldOf(error) }),
    );
    if (!this.stopped && generation === this.generation) this.worker.post(reply);
  }

  private async ask(method: string, args: readonly unknown[]): Promise<unknown> {
    const { backend, methods } = this.owner;
    const known = methods.find((one) => one === method);
    if (known === undefined) throw new Error(`there is no ${method}`);
    return backend[known](...(args as never[]));
  }

  /** A new thread listens at once, on the same port. */
  private failed(error: Error): void {
    this.generation += 1;
    this.owner.abandoned();
    const { listening } = this;
    this.listening = null;
    if (listening) return listening.reject(new ListenError("other", error.message));
    this.listen().catch((failure: ListenError) => this.deps.log.error("http-failed", failure.message));
  }
}
