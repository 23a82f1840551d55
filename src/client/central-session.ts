import { type Address, formatAddress } from "../net/address/address.ts";
import type { Channel, CloseReason } from "../net/session/channel.ts";
import { Dialer, type DialerDeps, hopeless } from "../net/session/dialer.ts";
import type { LegacyCounts } from "../platform/legacy-counts.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter, ONCE_AN_HOUR } from "../platform/log/log-limiter.ts";
import { PeerError } from "../protocol/errors.ts";
import type { ListedFile, Report } from "../protocol/messages/client.ts";
import type { Message, Messages } from "../protocol/messages/messages.ts";
import { CENTRAL_HEARTBEAT } from "../protocol/timing.ts";

/** Milliseconds for an answer to a question. */
const ANSWER_TIMEOUT_MS = 10_000;

/** The central cannot be asked now. */
export class CentralUnreachable extends Error {}

/** Something else answers where the central should be. */
export class WrongServer extends CentralUnreachable {}

/** What of a download's life the central tells. */
export type DownloadUpdate = Messages["queued"] | Messages["granted"] | Messages["denied"] | Messages["counted"];

/** Whoever follows one download in the session. */
export interface DownloadListener {
  /** The session has begun, for the first time or again. */
  connected(): void;
  /** `lost`: there was a session until now; otherwise another try to begin one has failed. */
  disconnected(reason: string, lost: boolean): void;
  update(news: DownloadUpdate): void;
  sources(message: Messages["sources"]): void;
}

export interface ClusterStatus {
  readonly state: Messages["state"];
  readonly files: LegacyCounts;
  readonly clients: LegacyCounts;
}

export interface CentralSessionDeps extends DialerDeps {
  readonly log: Log;
}

type Answer = Messages["listing"] | Messages["state"] | Messages["tallied"];

interface PendingRequest {
  answer(message: Answer): void;
  fail(error: Error): void;
}

/** The client's session with the central: keeps it up, asks questions, tells downloads what concerns them. */
export class CentralSession {
  private readonly dialer: Dialer;
  private readonly pendingRequests = new Map<number, PendingRequest>();
  private readonly listeners = new Map<string, DownloadListener>();
  private readonly upWaiters = new Set<PendingRequest>();
  private channel: Channel | null = null;
  private up = false;
  /** Whether there has been a session: then what answers in the central's place may go away again. */
  private wasUp = false;
  private lastRequest = 0;
  /** The same sentences for every try would hide everything else. */
  private readonly complaints: LogLimiter;
  private complained = false;
  private lastReason = "it has not answered yet";

  constructor(
    private readonly deps: CentralSessionDeps,
    private readonly central: Address,
    /** What this client is called in the statistics. */
    private name: string,
    /** Trying again is in vain: the central will never accept this client, or there is none. */
    private readonly refused: (error: PeerError | WrongServer) => void,
  ) {
    this.complaints = new LogLimiter(deps.log, deps.clock, ONCE_AN_HOUR);
    this.dialer = new Dialer(
      deps,
      { address: central, role: "client", heartbeat: CENTRAL_HEARTBEAT },
      {
        up: (channel) => {
          this.channel = channel;
          this.dialer.send({ type: "enter", name: this.name });
        },
        message: (message) => this.receive(message),
        down: (reason) => this.down(reason),
      },
    );
  }

  start(): void {
    this.dialer.start();
  }

  stop(): void {
    this.dialer.stop();
    this.failAll(new CentralUnreachable("the client is stopping"));
  }

  /** Where the central is, for people. */
  get address(): string {
    return formatAddress(this.central);
  }

  get connected(): boolean {
    return this.up;
  }

  get clientName(): string {
    return this.name;
  }

  rename(name: string): void {
    this.name = name;
    if (this.up) this.dialer.send({ type: "enter", name });
  }

  /** Resolves once there is a session. Rejects when the first try to connect fails. */
  currentAttempt(): Promise<void> {
    if (this.up) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.upWaiters.add({ answer: () => resolve(), fail: reject });
    });
  }

  /** Resolves once there is a session, however long it takes. */
  async untilConnected(): Promise<void> {
    while (!this.up) await this.currentAttempt().catch(() => {});
  }

  /** The whole catalogue. Rejects with {@link CentralUnreachable}, or with PeerError when the central does not serve. */
  async list(): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    let after: string | null = null;
    for (;;) {
      const page: Answer = await this.request((request) => ({ type: "list", request, after }));
      if (page.type !== "listing") throw new CentralUnreachable("the central gave another answer");
      files.push(...page.files);
      after = page.files.at(-1)?.name ?? null;
      if (!page.more || after === null) return files;
    }
  }

  async status(): Promise<ClusterStatus> {
    const state = await this.request((request) => ({ type: "status", request }));
    if (state.type !== "state") throw new CentralUnreachable("the central gave another answer");
    return { state, files: await this.tally("files"), clients: await this.tally("clients") };
  }

  /** From here on `follower` hears of a download. */
  subscribe(download: string, follower: DownloadListener): void {
    this.listeners.set(download, follower);
    if (this.up) follower.connected();
  }

  unsubscribe(download: string): void {
    this.listeners.delete(download);
  }

  /** Sends where there is a session; says whether there is. */
  send(message: Message): boolean {
    return this.up && this.dialer.send(message);
  }

  /** Reports how a download ended; the follower hears `counted`. */
  report(report: Report): boolean {
    return this.send({ type: "finish", report });
  }

  private async tally(of: "files" | "clients"): Promise<LegacyCounts> {
    const counts = new Map<string, number>();
    let after = "";
    for (;;) {
      const page: Answer = await this.request((request) => ({ type: "tally", request, of, after }));
      if (page.type !== "tallied") throw new CentralUnreachable("the central gave another answer");
      for (const { name, downloads } of page.rows) counts.set(name, downloads);
      const last = page.rows.at(-1)?.name;
      if (!page.more || last === undefined) return counts;
      after = last;
    }
  }

  private request(question: (request: number) => Message): Promise<Answer> {
    this.lastRequest += 1;
    const request = this.lastRequest;
    if (!this.up) return Promise.reject(this.unreachable());
    return new Promise((resolve, reject) => {
      const cancel = this.deps.clock.after(ANSWER_TIMEOUT_MS, () => {
        this.pendingRequests.delete(request);
        reject(new CentralUnreachable(`the central ${this.address} does not answer`));
      });
      const settle = <T>(done: (value: T) => void) => {
        return (value: T) => {
          this.pendingRequests.delete(request);
          cancel();
          done(value);
        };
      };
      this.pendingRequests.set(request, { answer: settle(resolve), fail: settle(reject) });
      this.dialer.send(question(request));
    });
  }

  private unreachable(): CentralUnreachable {
    return new CentralUnreachable(`the central cannot be reached: ${this.lastReason}`);
  }

  private receive(message: Message): void {
    switch (message.type) {
      case "entered":
        return this.entered(message);
      case "listing":
      case "state":
      case "tallied":
        return this.pendingRequests.get(message.request)?.answer(message);
      case "refusal":
        return this.pendingRequests.get(message.request)?.fail(new PeerError(message.code, message.message));
      case "queued":
      case "granted":
      case "denied":
      case "counted":
        return this.listeners.get(message.download)?.update(message);
      case "sources":
        for (const follower of this.listeners.values()) follower.sources(message);
        return;
      default:
        return;
    }
  }

  private entered({ synchronized, missing }: Messages["entered"]): void {
    if (this.up) return;
    this.up = true;
    this.wasUp = true;
    this.channel?.markJoined();
    this.dialer.settled();
    const { log } = this.deps;
    const address = this.address;
    if (this.complained) log.info("connected", `connected to the central ${address}`);
    this.complained = false;
    this.complaints.reset();
    if (!synchronized) log.warn("not-synchronized", `the central ${address} does not serve yet: ${missing}`);
    for (const waiter of this.takeUpWaiters()) waiter.answer({ type: "listing", request: 0, files: [], more: false });
    for (const follower of [...this.listeners.values()]) follower.connected();
  }

  private down(reason: CloseReason): void {
    const was = this.up;
    this.up = false;
    this.lastReason = reason.message;
    const error = this.unreachable();
    const strange = reason.cause === "stranger" && !this.wasUp ? new WrongServer(reason.message) : null;
    const refusal = strange ?? (hopeless(reason.error) ? reason.error : undefined);
    this.failAll(refusal ?? reason.error ?? error);
    if (refusal) {
      this.dialer.stop();
      return this.refused(refusal);
    }
    const address = this.address;
    const text = was
      ? `the central ${address} is lost (${reason.message}); trying again until it is back`
      : `waiting for the central: ${reason.message}`;
    if (!this.dialer.starting) {
      this.complaints.warn(was ? "central-lost" : "waiting", text, {}, text);
      this.complained = true;
    }
    for (const follower of [...this.listeners.values()]) follower.disconnected(error.message, was);
  }

  private failAll(error: Error): void {
    for (const waiter of [...this.pendingRequests.values(), ...this.takeUpWaiters()]) waiter.fail(error);
  }

  private takeUpWaiters(): PendingRequest[] {
    const waiters = [...this.upWaiters];
    this.upWaiters.clear();
    return waiters;
  }
}
