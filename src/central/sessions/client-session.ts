import { authenticatedName, authenticatedReport } from "../../net/session/authenticated.ts";
import type { Channel } from "../../net/session/channel.ts";
import { BoundedWork } from "../../platform/bounded-work.ts";
import type { Clock } from "../../platform/clock.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { MAX_BATCH } from "../../protocol/fields.ts";
import { MAX_QUESTIONS_PER_SESSION } from "../../protocol/limits.ts";
import { MAX_LISTED_SECONDARIES } from "../../protocol/messages/client.ts";
import type { Message, Messages } from "../../protocol/messages/messages.ts";
import { saidBy, wired } from "../../protocol/said.ts";
import { english, say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import { secondaryStatuses } from "../cluster-status.ts";
import type { AdmissionQueue } from "../downloads/admission-queue.ts";
import type { DownloadCoordinator } from "../downloads/download-coordinator.ts";
import type { SourceSubscriptions } from "../downloads/source-subscriptions.ts";
import type { FiguresDirectory } from "../figures/cluster-figures.ts";
import type { KeyDesk } from "../keys/key-desk.ts";
import { placeFile } from "../operations/placement.ts";
import type { Registry } from "../registry/registry.ts";
import type { RemoteCentralStore } from "../remote-store.ts";
import type { ServingState } from "../serving/serving-state.ts";
import type { Session } from "../session.ts";
import type { Accusations } from "./accusations.ts";
import type { ClientOrder, ClientOrders } from "./client-orders.ts";

/** Most bytes of names in one page, so that a page of long names is not a large frame. */
const MAX_PAGE_BYTES = 128 * 1024;

/** What the sessions of clients use of the central. */
export interface ClientSessionDeps {
  readonly clock: Pick<Clock, "now" | "wall">;
  readonly serving: Pick<ServingState, "missing" | "missingForList" | "lacks">;
  readonly registry: Pick<Registry, "catalogue" | "secondaries" | "sources">;
  readonly admission: Pick<AdmissionQueue, "activeCount" | "waitingCount" | "progress">;
  readonly downloads: Pick<DownloadCoordinator, "request" | "recordOutcome" | "sessionEnded">;
  readonly subscriptions: Pick<SourceSubscriptions, "subscribe" | "unsubscribe">;
  readonly figures: FiguresDirectory;
  readonly accusations: Accusations;
  readonly limitedLog: Pick<LogLimiter, "warn">;
  readonly keyDesk: Pick<KeyDesk, "joined" | "page" | "revoke" | "ending">;
  readonly store: Pick<RemoteCentralStore, "downloadCounts">;
  readonly orders: Pick<ClientOrders, "answer">;
}

/** The central's end of a client's session. */
export class ClientSession implements Session {
  private client = "";
  /** Null until there are any. */
  private questions: BoundedWork | null = null;

  constructor(
    private readonly deps: ClientSessionDeps,
    readonly key: number,
    readonly channel: Channel,
  ) {}

  message(message: Message): void {
    const { downloads, admission, subscriptions, accusations, keyDesk } = this.deps;
    switch (message.type) {
      case "enter":
        return this.enter(authenticatedName(this.channel.identity) ?? message.name);
      case "list":
        return this.list(message);
      case "status":
        return this.status(message.request);
      case "tally":
        return this.ask(message.request, () => this.tally(message));
      case "download":
        return downloads.request(this, this.client, message);
      case "progress":
        return admission.progress(message.download, message.bytes, message.sources, this.deps.clock.now());
      case "finish":
        return downloads.recordOutcome(this, authenticatedReport(message.report, this.channel.identity));
      case "watch":
        return subscriptions.subscribe(this, message);
      case "unwatch":
        return subscriptions.unsubscribe(this, message);
      case "keys":
        this.channel.send({ type: "known", request: message.request, ...keyDesk.page(message.after) });
        return;
      case "revoke":
        return this.ask(message.request, () => this.revoke(message));
      case "remove-files":
      case "move-files":
      case "restore-file":
      case "list-kept":
        return this.ask(message.request, () => this.carryOut(message));
      case "place":
        return this.place(message);
      case "accuse":
        return accusations.accuse(message, `client ${this.client}`);
      default:
        return;
    }
  }

  closed(): void {
    this.deps.downloads.sessionEnded(this.key);
  }

  private enter(name: string): void {
    const isNew = this.client === "";
    this.client = name;
    this.channel.markJoined();
    const missing = this.deps.serving.missing();
    this.channel.send({ type: "entered", synchronized: missing === null, ...wiredMissing(missing) });
    if (isNew) this.deps.keyDesk.joined(this.channel);
  }

  private list({ request, after }: Messages["list"]): void {
    const missing = this.deps.serving.missingForList();
    if (missing !== null) {
      this.channel.send({ type: "refusal", request, code: "not-synchronized", ...wired(missing) });
      return;
    }
    const { catalogue, sources } = this.deps.registry;
    const files: Messages["listing"]["files"] = [];
    let bytes = 0;
    let more = false;
    for (const entry of catalogue.after(after)) {
      if (files.length === MAX_BATCH || bytes > MAX_PAGE_BYTES) {
        more = true;
        break;
      }
      bytes += entry.name.length;
      const { name, size, id, modified, blake3, sha256 } = entry;
      files.push({ name, size, id, modified, blake3, sha256, sources: sources.countHolders(entry) });
    }
    this.channel.send({ type: "listing", request, files, more });
  }

  private status(request: number): void {
    const missing = this.deps.serving.missing();
    const { activeCount, waitingCount } = this.deps.admission;
    this.channel.send({
      type: "state",
      request,
      synchronized: missing === null,
      ...wiredMissing(missing),
      lacks: this.deps.serving.lacks(),
      secondaries: secondaryStatuses(this.deps.registry.secondaries, this.deps.figures),
      ending: this.deps.keyDesk.ending().slice(0, MAX_LISTED_SECONDARIES + 1),
      active: activeCount,
      waiting: waitingCount,
      clock: Math.round(1000 * this.deps.clock.wall()),
    });
  }

  private revoke({ request, fingerprint }: Messages["revoke"]): Promise<void> {
    const by = `client ${this.client}`;
    return this.deps.keyDesk.revoke(fingerprint, by, (revoked) => {
      this.channel.send({ type: "revoked", request, ...revoked });
    });
  }

  private place(message: Messages["place"]): void {
    const { serving, registry, figures } = this.deps;
    const { request } = message;
    const missing = serving.missingForList();
    const decision =
      missing === null
        ? placeFile({ ...registry, figures }, message)
        : ({ kind: "refused", code: "not-synchronized", reason: missing } as const);
    if (decision.kind === "placed")
      this.channel.send({ type: "placed", request, base: decision.base, to: decision.to });
    else this.channel.send({ type: "refusal", request, code: decision.code, ...wired(decision.reason) });
  }

  private async carryOut(order: ClientOrder): Promise<void> {
    this.channel.send(await this.deps.orders.answer(order, `client ${this.client}`));
  }

  /** Answers what takes a while. */
  private ask(request: number, answer: () => Promise<void>): void {
    this.questions ??= new BoundedWork(MAX_QUESTIONS_PER_SESSION);
    if (this.questions.run(answer)) return;
    this.deps.limitedLog.warn("limit", `client ${this.client} asks too much at once; further questions are refused`);
    this.channel.send({ type: "refusal", request, code: "busy", ...wired(say("too many questions at once")) });
  }

  private async tally({ request, of, after }: Messages["tally"]): Promise<void> {
    try {
      const rows = await this.deps.store.downloadCounts(of, after, MAX_BATCH + 1);
      this.channel.send({ type: "tallied", request, rows: rows.slice(0, MAX_BATCH), more: rows.length > MAX_BATCH });
    } catch (error) {
      const told = say("the statistics cannot be read: {reason}", { reason: toldOf(error) });
      this.channel.send({ type: "refusal", request, code: "unreadable", ...wired(told) });
    }
  }
}

/** What keeps the central from serving, as fields of a message. */
function wiredMissing(missing: Told | null): Pick<Messages["entered"], "missing" | "said"> {
  return { missing: missing === null ? "" : english(missing), ...saidBy(missing) };
}
