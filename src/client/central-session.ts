import type { Revocations } from "../keys/trust/revocations.ts";
import { type Address, formatAddress } from "../net/address/address.ts";
import {
  CentralConnection,
  type CentralConnectionDeps,
  type Disconnection,
} from "../net/session/central-connection.ts";
import type { PeerError } from "../protocol/errors.ts";
import type { ListedFile, Report } from "../protocol/messages/client.ts";
import type { KnownKey } from "../protocol/messages/keys.ts";
import type { Message, Messages } from "../protocol/messages/messages.ts";
import { unwired } from "../protocol/said.ts";
import { say, type Told } from "../sentences/sentence.ts";
import { shown } from "../text/shown/sentence.ts";
import { texts } from "../text/texts.ts";
import { CentralUnreachable, WrongServer } from "./central-errors.ts";
import { type CentralAnswer, PendingRequests } from "./pending-requests.ts";
import type { SessionObserver } from "./session-observer.ts";
import { SourceWatches } from "./source-watches.ts";

/** What the central tells a client about one of its downloads. */
export type DownloadUpdate = Messages["queued"] | Messages["granted"] | Messages["denied"] | Messages["counted"];

/** Is notified of what concerns one download. */
export interface DownloadListener {
  /** The session has begun, for the first time or again. */
  connected(): void;
  /** `lost`: a session has ended; otherwise a try to connect has failed. */
  disconnected(reason: Told, lost: boolean): void;
  update(update: DownloadUpdate): void;
  sources(message: Messages["sources"]): void;
}

/** Downloads that were done, by the name of the file or of the client. */
export type DownloadCounts = ReadonlyMap<string, number>;

export interface ClusterStatus {
  readonly state: Messages["state"];
  readonly files: DownloadCounts;
  readonly clients: DownloadCounts;
}

export interface CentralSessionDeps extends CentralConnectionDeps {
  /** Whom the network refuses; absent or null: there are no keys. */
  readonly revocations?: Revocations | null;
  readonly observer?: SessionObserver | null;
}

/** The client's session with the central: keeps it up, asks questions, passes on what concerns each download. */
export class CentralSession {
  private readonly connection: CentralConnection;
  private readonly requests: PendingRequests;
  readonly watches = new SourceWatches((message) => this.send(message));
  private readonly listeners = new Map<string, DownloadListener>();
  /** Of those who wait until the current try to connect has succeeded or failed. */
  private attemptWaiters: PromiseWithResolvers<void>[] = [];
  private lastReason: Told = say("it has not answered yet");
  /** Why no try to connect will succeed any more; the central may have let this client in before. Null where one may. */
  private refusal: PeerError | WrongServer | null = null;
  /** Since when there is no session (milliseconds), once a try to connect has failed; null while there is one. */
  private awaySince: number | null = null;

  constructor(
    private readonly deps: CentralSessionDeps,
    central: Address,
    /** The name of this client in the statistics. */
    private name: string,
    /** No further try can succeed: the central refuses this client, or another program answers. */
    private readonly refused: (error: PeerError | WrongServer) => void,
  ) {
    this.requests = new PendingRequests(deps.clock, formatAddress(central));
    this.connection = new CentralConnection(
      deps,
      { central, role: "client", stopsWhenRefused: true },
      {
        joinRequest: () => ({ type: "enter", name: this.name }),
        joined: (answer, lossWasLogged) => {
          if (answer.type === "entered") this.entered(answer, lossWasLogged);
        },
        message: (message) => this.receive(message),
        disconnected: (disconnection) => this.disconnected(disconnection),
      },
    );
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.connection.stop();
    this.rejectAll(new CentralUnreachable(say("the client is stopping")));
  }

  /** Where the central is, for people. */
  get address(): string {
    return this.connection.address;
  }

  get connected(): boolean {
    return this.connection.joined;
  }

  /** For how long the central has not been there, and why; null where it is, or the first try to connect goes on. */
  get away(): { readonly ms: number; readonly reason: string } | null {
    if (this.connected || this.awaySince === null) return null;
    return { ms: this.deps.clock.now() - this.awaySince, reason: shown(this.lastReason) };
  }

  get clientName(): string {
    return this.name;
  }

  rename(name: string): void {
    this.name = name;
    this.connection.send({ type: "enter", name });
  }

  /** Resolves as soon as there is a session. Rejects when the current or the next try fails, and where there is no next one. */
  currentAttempt(): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    if (this.connected) return Promise.resolve();
    const waiter = Promise.withResolvers<void>();
    this.attemptWaiters.push(waiter);
    return waiter.promise;
  }

  /** Resolves as soon as there is a session, and never rejects; it waits for ever where there will be none. */
  async untilConnected(): Promise<void> {
    while (!this.connected) await (this.refusal ? new Promise(() => {}) : this.currentAttempt().catch(() => {}));
  }

  /** The whole catalogue. Rejects with {@link CentralUnreachable}, or with PeerError when the central does not serve. */
  async list(): Promise<ListedFile[]> {
    const files: ListedFile[] = [];
    for await (const page of this.pages()) files.push(...page);
    return files;
  }

  /** The same in pages, in the order of names, from behind the name `start` on. Rejects as `list` does. */
  async *pages(start: string | null = null): AsyncGenerator<readonly ListedFile[], void> {
    let after = start;
    for (;;) {
      const page: Messages["listing"] = await this.request("listing", (request) => ({ type: "list", request, after }));
      for (const { name } of page.files) {
        if (after !== null && name <= after)
          throw new CentralUnreachable(say("the central lists names out of their order"));
        after = name;
      }
      yield page.files;
      if (!page.more || page.files.length === 0) return;
    }
  }

  /** How the cluster is. Rejects as `list` does. */
  state(): Promise<Messages["state"]> {
    return this.request("state", (request) => ({ type: "status", request }));
  }

  /** Numbers of downloads that were done, the first ones whose names come after one. Rejects as `list` does. */
  counts(of: "files" | "clients", after: string): Promise<Messages["tallied"]> {
    return this.request("tallied", (request) => ({ type: "tally", request, of, after }));
  }

  async status(): Promise<ClusterStatus> {
    const state = await this.state();
    return { state, files: await this.tally("files"), clients: await this.tally("clients") };
  }

  /** The keys that the central knows. Rejects as `list` does. */
  async keys(): Promise<KnownKey[]> {
    const keys: KnownKey[] = [];
    for (let after = 0; ; ) {
      const page: Messages["known"] = await this.request("known", (request) => ({ type: "keys", request, after }));
      keys.push(...page.keys);
      const last = page.keys.at(-1)?.serial;
      if (!page.more || last === undefined) return keys;
      after = last;
    }
  }

  /** Has a key revoked, or says why not. Rejects as `list` does. */
  revoke(fingerprint: string): Promise<Messages["revoked"]> {
    return this.request("revoked", (request) => ({ type: "revoke", request, fingerprint }));
  }

  /** From here on `listener` is notified of what concerns a download. */
  subscribe(download: string, listener: DownloadListener): void {
    this.listeners.set(download, listener);
    if (this.connected) listener.connected();
  }

  unsubscribe(download: string): void {
    this.listeners.delete(download);
  }

  /** Sends if there is a session; returns whether there is one. */
  send(message: Message): boolean {
    return this.connection.send(message);
  }

  /** Reports how a download ended; `counted` goes to the listener. */
  report(report: Report): boolean {
    return this.send({ type: "finish", report });
  }

  private async tally(of: "files" | "clients"): Promise<DownloadCounts> {
    const counts = new Map<string, number>();
    let after = "";
    for (;;) {
      const page: Messages["tallied"] = await this.counts(of, after);
      for (const { name, downloads } of page.rows) counts.set(name, downloads);
      const last = page.rows.at(-1)?.name;
      if (!page.more || last === undefined) return counts;
      after = last;
    }
  }

  /** Sends what `make` makes of a number. Resolves with the answer, for which there are `timeout` ms. Rejects as `list` does. */
  async request<Type extends CentralAnswer["type"]>(
    type: Type,
    make: (request: number) => Message,
    timeout?: number,
  ): Promise<Extract<CentralAnswer, { type: Type }>> {
    if (!this.connected) throw this.unreachable();
    return this.requests.send(type, make, (message) => this.connection.send(message), timeout);
  }

  private unreachable(): CentralUnreachable {
    return new CentralUnreachable(say("the central cannot be reached: {reason}", { reason: this.lastReason }));
  }

  private receive(message: Message): void {
    switch (message.type) {
      case "listing":
      case "state":
      case "tallied":
      case "known":
      case "revoked":
      case "carried-out":
      case "kept-listing":
      case "placed":
        return this.requests.answered(message);
      case "refusal":
        return this.requests.refused(message);
      case "queued":
      case "granted":
      case "denied":
      case "counted":
        return this.listeners.get(message.download)?.update(message);
      case "revocations":
        return void this.deps.revocations?.add(message.keys);
      case "sources":
        for (const listener of this.listeners.values()) listener.sources(message);
        return;
      default:
        return;
    }
  }

  private entered({ synchronized, missing, said }: Messages["entered"], lossWasLogged: boolean): void {
    const { log, observer, clock } = this.deps;
    const { session } = texts();
    const awayMs = this.awaySince === null ? null : clock.now() - this.awaySince;
    this.awaySince = null;
    if (observer) observer.connected(awayMs);
    else if (lossWasLogged) log.info("connected", session.connected(this.address));
    if (!synchronized)
      log.warn("not-synchronized", session.notServing(this.address, shown(unwired({ message: missing, said }))));
    for (const waiter of this.drainAttemptWaiters()) waiter.resolve();
    for (const listener of [...this.listeners.values()]) listener.connected();
  }

  private disconnected({ reason: { message, error }, wasJoined, refused }: Disconnection): void {
    this.lastReason = message;
    if (refused) {
      this.refusal = error ?? new WrongServer(message);
      this.rejectAll(this.refusal);
      return this.refused(this.refusal);
    }
    const { observer, clock } = this.deps;
    if (wasJoined) observer?.lost(shown(message));
    else if (this.awaySince === null) observer?.unreachable(shown(message));
    this.awaySince ??= clock.now();
    const unreachable = this.unreachable();
    this.rejectAll(error ?? unreachable);
    for (const listener of [...this.listeners.values()]) listener.disconnected(unreachable.told, wasJoined);
  }

  private rejectAll(error: Error): void {
    this.requests.rejectAll(error);
    for (const waiter of this.drainAttemptWaiters()) waiter.reject(error);
  }

  private drainAttemptWaiters(): PromiseWithResolvers<void>[] {
    const waiters = this.attemptWaiters;
    this.attemptWaiters = [];
    return waiters;
  }
}
