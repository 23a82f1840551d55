import type { DatedEvent } from "../../http/events/cluster-event.ts";
import type { ApiClient } from "../api/api-client.ts";
import type { ApiFailure } from "../api/api-result.ts";
import type { OpenEventStream } from "../api/event-stream.ts";
import type { CancelTimer, PageClock } from "../api/page-clock.ts";
import { withDownloads, withPastEvents, withSecondaries, withStatus } from "./answers.ts";
import { applyEvent } from "./apply-event.ts";
import type { FeedConnection } from "./page-state.ts";
import type { Store } from "./store.ts";

/** Milliseconds until a stream that has ended is tried again: twice as long each time, within these bounds. */
const [MIN_RETRY_MS, MAX_RETRY_MS] = [1000, 15_000];
/** Milliseconds after which the server is asked whether it is still there: a machine that sleeps says no farewell. */
const CHECK_INTERVAL_MS = 30_000;
/** Most downloads in one answer, and most events. */
const [MAX_DOWNLOADS, MAX_EVENTS] = [1000, 1000];

export interface LiveFeedDeps {
  readonly store: Store;
  readonly api: Pick<ApiClient, "status" | "secondaries" | "downloads" | "events" | "session">;
  readonly openStream: OpenEventStream;
  readonly clock: PageClock;
}

/** Keeps the store as the cluster is: from what it answers, and the events that follow. */
export class LiveFeed {
  private closeStream: () => void = () => {};
  private cancelRetry: CancelTimer = () => {};
  private cancelCheck: CancelTimer = () => {};
  private retryMs = MIN_RETRY_MS;
  /** Events that came while everything is asked for, which may be older than they; null: nothing is asked for. */
  private waiting: DatedEvent[] | null = null;
  /** Counts what was asked for, so that a late answer does not replace a newer one. */
  private asked = 0;

  constructor(private readonly deps: LiveFeedDeps) {}

  /** Also to begin anew, as after a login. */
  start(): void {
    this.stop();
    this.closeStream = this.deps.openStream({
      opened: (resumed) => this.opened(resumed),
      event: (event) => this.receive(event),
      lost: (final) => this.lost(final),
    });
    this.checkLater();
  }

  stop(): void {
    this.closeStream();
    this.closeStream = () => {};
    this.cancelRetry();
    this.cancelCheck();
  }

  /** Asks for everything anew: not all that an order changes comes with an event. */
  reload(): void {
    void this.loadOrTryAgain();
  }

  /** Asks for the downloads anew: estimates come with no event. */
  async reloadDownloads(): Promise<void> {
    const answer = await this.deps.api.downloads({ limit: MAX_DOWNLOADS });
    if (!answer.ok) return;
    const { store, clock } = this.deps;
    store.update((state) => withDownloads(state, answer.value.downloads, clock.wall()));
  }

  private opened(resumed: boolean): void {
    this.retryMs = MIN_RETRY_MS;
    this.become("live");
    if (resumed) void this.loadStatus();
    else void this.loadOrTryAgain();
  }

  private async loadOrTryAgain(): Promise<void> {
    if (!(await this.loadAll())) this.lost(true);
  }

  private receive(event: DatedEvent): void {
    if (this.waiting) {
      this.waiting.push(event);
      return;
    }
    this.deps.store.update((state) => applyEvent(state, event));
    if (event.event.type === "downloads") void this.reloadDownloads();
  }

  private lost(final: boolean): void {
    this.become("lost");
    if (final) void this.tryAgain();
  }

  /** Says why there is no stream, and what can be known without one. */
  private async tryAgain(): Promise<void> {
    this.stop();
    await this.loadAll();
    if (this.deps.store.state.access !== "granted") return;
    this.cancelRetry = this.deps.clock.after(this.retryMs, () => this.start());
    this.retryMs = Math.min(2 * this.retryMs, MAX_RETRY_MS);
  }

  private checkLater(): void {
    this.cancelCheck();
    this.cancelCheck = this.deps.clock.after(CHECK_INTERVAL_MS, () => void this.check());
  }

  private async check(): Promise<void> {
    if (await this.loadStatus()) return this.checkLater();
    this.become("lost");
    this.start();
  }

  /** Whether the server has answered. */
  private async loadStatus(): Promise<boolean> {
    const answer = await this.deps.api.status();
    if (answer.ok) this.deps.store.update((state) => withStatus(state, answer.value));
    else this.failed(answer.failure);
    return answer.ok || answer.failure.kind !== "unreachable";
  }

  /** Whether all of it has come, or is asked for once more already. */
  private async loadAll(): Promise<boolean> {
    const { api, store, clock } = this.deps;
    this.asked += 1;
    const { asked } = this;
    this.waiting ??= [];
    const [status, secondaries, downloads, past, session] = await Promise.all([
      api.status(),
      api.secondaries(),
      api.downloads({ limit: MAX_DOWNLOADS }),
      api.events(MAX_EVENTS),
      api.session(),
    ]);
    if (asked !== this.asked) return true;
    const events = this.waiting;
    this.waiting = null;
    store.update((before) => {
      let state = before;
      if (status.ok) state = withStatus(state, status.value);
      if (secondaries.ok) state = withSecondaries(state, secondaries.value.secondaries);
      if (downloads.ok) state = withDownloads(state, downloads.value.downloads, clock.wall());
      if (past.ok) state = withPastEvents(state, past.value.events);
      if (session.ok) state = { ...state, session: session.value };
      // Files may have changed meanwhile.
      state = { ...state, catalogue: { revision: state.catalogue.revision + 1, names: null } };
      return events.reduce(applyEvent, state);
    });
    if (!status.ok) this.failed(status.failure);
    return status.ok && secondaries.ok && downloads.ok;
  }

  private failed({ kind }: ApiFailure): void {
    if (kind === "token" || kind === "rights") this.deps.store.update((state) => ({ ...state, access: kind }));
  }

  private become(connection: FeedConnection): void {
    this.deps.store.update((state) => (state.connection === connection ? state : { ...state, connection }));
  }
}
