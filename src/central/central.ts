import { type Address, formatAddress } from "../net/address/address.ts";
import { unreachableReason } from "../net/address/reachability.ts";
import type { Channel, CloseReason } from "../net/session/channel.ts";
import { DisconnectionLog } from "../net/session/disconnection-log.ts";
import { ConnectionLimit } from "../net/transport/connection-limit.ts";
import { listenWithRetry } from "../net/transport/listening.ts";
import type { Listener, Network, Socket, SocketEvents } from "../net/transport/network.ts";
import { type Cancel, type Clock, every } from "../platform/clock.ts";
import type { Log } from "../platform/log/log.ts";
import { LogLimiter } from "../platform/log/log-limiter.ts";
import { type Random, shortId } from "../platform/random.ts";
import { plural } from "../platform/units.ts";
import { MAX_LISTED_SECONDARIES, type SecondaryStatus } from "../protocol/messages/client.ts";
import type { Messages } from "../protocol/messages/messages.ts";
import type { Role } from "../protocol/messages/session.ts";
import { ClusterSummary } from "./cluster-summary.ts";
import { CommitQueue } from "./commit-queue.ts";
import { AdmissionQueue } from "./downloads/admission-queue.ts";
import { DownloadCoordinator } from "./downloads/download-coordinator.ts";
import { SourceSubscriptions } from "./downloads/source-subscriptions.ts";
import { KeptFiles } from "./operations/kept-files.ts";
import { RemoveOperation } from "./operations/remove-operation.ts";
import { type Selection, select } from "./operations/selection.ts";
import type { Effect } from "./registry/effect.ts";
import { type Registration, Registry } from "./registry/registry.ts";
import type { SecondaryView } from "./registry/secondary-record.ts";
import type { RemoteStore } from "./remote-store.ts";
import { AcceptedConnection, type ConnectionOwner } from "./sessions/accepted-connection.ts";
import { ClientSession } from "./sessions/client-session.ts";
import { SecondarySession } from "./sessions/secondary-session.ts";
import type { Session } from "./sessions/session.ts";
import type { CountKind, DownloadCount, PersistedState } from "./store.ts";
import { missingForSync, missingToServe } from "./synchronization.ts";

/** Milliseconds between looks at copies that are due again and at the queue. */
const TICK = 500;
/** Most characters of a secondary's first obstacle. */
const MAX_OBSTACLE = 500;
/** Milliseconds in which orders for copies are gathered. */
const GATHER = 10;

export interface CentralDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly store: RemoteStore;
  /** What the store held at the start. */
  readonly memory: PersistedState;
  readonly log: Log;
}

export interface CentralOptions {
  readonly address: Address;
  /** How many secondaries must be in step before it serves for the first time. */
  readonly secondaries: number;
  /** Downloads at once; 0: no limit. */
  readonly maxDownloads: number;
  /** Most connections at once. */
  readonly connections?: number;
}

const MANY_CONNECTIONS = 10_000;

/** Milliseconds after a restart in which clients come back with downloads that are under way. */
const RETURN = 3000;

/** The control plane: sessions in, decisions of the registry and the admission out. Moves no file data. */
export class Central implements ConnectionOwner {
  readonly registry: Registry;
  readonly admission: AdmissionQueue;
  readonly downloads: DownloadCoordinator;
  readonly sourceNews: SourceSubscriptions;
  readonly kept: KeptFiles;
  private readonly removing: RemoveOperation;
  private readonly news: ClusterSummary;
  /** Every connection, greeted or not. */
  private readonly channels = new Set<Channel>();
  private readonly limited: LogLimiter;
  private readonly connectionLimit: ConnectionLimit;
  /** Those that are greeted, by key. */
  private readonly sessions = new Map<number, Session>();
  /** Sessions of registered secondaries, by number. */
  private readonly byNumber = new Map<number, SecondarySession>();
  /** Secondaries that others cannot connect to, and why, as it was told. */
  private readonly unreachable = new Map<number, string>();
  private readonly disconnections: DisconnectionLog;
  private listener: Listener | null = null;
  private lastKey = 0;
  /** `waiting` for the secondaries; `serving` from the first time on; `stopped`. */
  private phase: "waiting" | "serving" | "stopped" = "waiting";
  private cancelTick: Cancel = () => {};
  private cancelPlan: Cancel | null = null;
  private synchronized: boolean;
  private readonly commits: CommitQueue;

  constructor(
    private readonly deps: CentralDeps,
    private readonly options: CentralOptions,
  ) {
    this.limited = new LogLimiter(deps.log, deps.clock);
    const { clock } = deps;
    this.commits = new CommitQueue({ clock, log: this.limited, execute: (effects) => this.carryOut(effects) });
    this.disconnections = new DisconnectionLog(deps.clock, deps.log);
    this.connectionLimit = new ConnectionLimit(options.connections ?? MANY_CONNECTIONS, deps.clock, this.limited);
    this.synchronized = deps.memory.synchronized;
    this.registry = new Registry(deps.memory.removals, () => shortId(deps.random));
    this.admission = new AdmissionQueue(
      options.maxDownloads,
      this.synchronized ? deps.clock.now() + RETURN : undefined,
    );
    const { registry, admission, sessions } = this;
    this.downloads = new DownloadCoordinator({ ...deps, registry, admission, sessions, missing: () => this.missing() });
    this.news = new ClusterSummary(deps);
    this.removing = new RemoveOperation({
      ...deps,
      registry,
      summary: this.news,
      commit: (store, effects) => this.commits.commit(store, effects),
      backlogs: () => [...this.byNumber.values()].map(({ channel }) => channel.backlog),
    });
    const away = () =>
      this.registry.secondaries.sorted().flatMap(({ isPresent, number }) => (isPresent ? [] : [number]));
    this.kept = new KeptFiles({ clock: deps.clock, channels: () => this.byNumber, away });
    this.sourceNews = new SourceSubscriptions(registry, sessions, options.secondaries);
  }

  /** Listens. Rejects with ListenError. */
  async start(): Promise<void> {
    const { clock, log } = this.deps;
    const { address } = this.options;
    const listener = await listenWithRetry(this.deps, address, (socket) => this.accept(socket));
    if (this.phase === "stopped") return listener.stop();
    this.listener = listener;
    const { port } = listener;
    this.cancelTick = every(clock, TICK, () => this.tick());
    log.info("listening", `central listens on ${formatAddress({ ...address, port })}`, { ip: address.host, port });
    const missing = this.missing();
    if (missing) log.info("waiting", `not serving yet: ${missing}`);
  }

  /** Ends all sessions. */
  stop(): void {
    if (this.phase === "stopped") return;
    this.phase = "stopped";
    this.commits.stop();
    this.listener?.stop();
    this.news.flush();
    this.cancelTick();
    this.cancelPlan?.();
    for (const channel of this.channels) channel.fail("stopping", "the central is stopping");
  }

  /** What keeps it from serving; null when it serves. */
  missing(): string | null {
    return this.synchronized ? missingToServe(this.registry) : missingForSync(this.registry, this.options.secondaries);
  }

  secondaries(): SecondaryStatus[] {
    return this.registry.secondaries
      .sorted()
      .slice(0, MAX_LISTED_SECONDARIES)
      .map((secondary) => ({
        number: secondary.number,
        address: formatAddress(secondary.address),
        state: stateOf(secondary),
        reason: secondary.diskFault ?? "",
        files: secondary.fileCount,
        accusations: secondary.accusationCount,
        obstacles: secondary.copies.obstacleCount,
        obstacle: secondary.copies.firstObstacle.slice(0, MAX_OBSTACLE),
      }));
  }

  /** Milliseconds on the clock of everything here. */
  now(): number {
    return this.deps.clock.now();
  }

  tally(kind: CountKind, after: string, limit: number): Promise<DownloadCount[]> {
    return this.deps.store.downloadCounts(kind, after, limit);
  }

  /** The files that a name, a folder or a pattern means. */
  select(text: string): Promise<Selection> {
    return select(this.registry.catalogue, text, this.deps.clock);
  }

  /** Removes files from every secondary; gives how many of them there were. Rejects where that cannot be stored. */
  remove(names: readonly string[]): Promise<number> {
    return this.removing.remove(names);
  }

  registerMember(session: SecondarySession, message: Registration & { epoch: string | null }): boolean {
    const { number, instance, host, port, epoch } = message;
    const { log, memory } = this.deps;
    if (this.registry.secondaries.isTaken(number, instance)) {
      const text = `secondary ${number} is registered already; give this one another number`;
      session.channel.fail("number-taken", text);
      return false;
    }
    const before = this.byNumber.get(number);
    this.byNumber.set(number, session);
    before?.channel.close({ cause: "ours", message: "it has connected again" });
    session.channel.markJoined();
    const seen = session.channel.remoteHost;
    session.channel.send({ type: "registered", epoch: memory.epoch, seen });
    const address = formatAddress({ host, port });
    log.info("secondary", `secondary ${number} registered from ${address}`, { number, address });
    this.warnOfLoopback(number, unreachableReason({ host, port }, [seen]));
    const removal = epoch === memory.epoch ? message.removal : 0;
    this.apply(this.registry.register({ number, instance, host, port, removal }));
    return true;
  }

  /** Once for each reason: a secondary that comes back again and again says the same again. */
  private warnOfLoopback(number: number, why: string | null): void {
    if (why === null) this.unreachable.delete(number);
    else if (this.unreachable.get(number) !== why) {
      this.unreachable.set(number, why);
      this.deps.log.warn("unreachable", `secondary ${number} ${why}`, { number });
    }
  }

  memberLost(session: SecondarySession, number: number, reason: string): void {
    // A session that the same secondary has replaced is no loss.
    if (this.phase === "stopped" || this.byNumber.get(number) !== session) return;
    this.byNumber.delete(number);
    this.kept.secondaryLost(number);
    const left = this.byNumber.size;
    const rest = left === 0 ? "no secondary is left" : `${plural(left, "secondary", "secondaries")} left`;
    this.deps.log.warn("lost", `secondary ${number} is lost (${reason}); ${rest}`, { number });
    const offered = this.sourceNews.subscribedNamesAt(number);
    this.registry.secondaryLost(number, this.now());
    this.sourceNews.notify(offered);
    this.planSoon();
  }

  /** A secondary has said whether its shared folder is there. */
  memberDisk(number: number, { there, reason }: Messages["disk"]): void {
    const { log } = this.deps;
    const before = this.registry.secondaries.get(number)?.diskFault ?? null;
    if (there) {
      if (before !== null) log.info("disk-back", `secondary ${number} has its disk again`, { number });
      return this.apply(this.registry.diskBack(number));
    }
    // How the reason changes meanwhile is in the status.
    if (before === null) log.warn("disk-missing", `secondary ${number} shares nothing now: ${reason}`, { number });
    const offered = this.sourceNews.subscribedNamesAt(number);
    this.registry.diskMissing(number, reason, this.now());
    this.sourceNews.notify(offered);
    this.planSoon();
  }

  visitorLost(session: ClientSession): void {
    if (this.phase === "stopped") return;
    this.downloads.sessionEnded(session.key);
  }

  accuse({ id, piece, number }: Messages["accuse"], accuser: string): void {
    const accusations = this.registry.accuse(number);
    if (accusations === null) return;
    const what = piece === null ? "broke the protocol with" : `sent a wrong piece ${piece} to`;
    const next = piece === null ? "" : "; it is asked to read it again";
    const text = `secondary ${number} ${what} ${accuser}${next} (${plural(accusations, "accusation")} so far)`;
    this.limited.warn("accused", text, { number, id, piece, accusations });
    if (piece !== null) this.byNumber.get(number)?.channel.send({ type: "suspect", id, piece, accuser });
  }

  /** A connection's greeting is over. */
  begun({ key, channel }: AcceptedConnection, peer: Role): Session {
    const session =
      peer === "secondary" ? new SecondarySession(this, key, channel) : new ClientSession(this, key, channel);
    this.sessions.set(key, session);
    return session;
  }

  /** A connection is over. */
  ended({ key, channel }: AcceptedConnection, reason: CloseReason): void {
    this.channels.delete(channel);
    const session = this.sessions.get(key);
    this.sessions.delete(key);
    this.sourceNews.sessionEnded(key);
    session?.closed(reason.message);
    this.disconnections.record(channel, reason);
  }

  /** Carries out what the registry decided, in the order in which it did. */
  apply(effects: readonly Effect[]): void {
    const revived = effects.flatMap((effect) => (effect.kind === "tombstone-void" ? [effect.name] : []));
    // A secondary that hears that a file is wanted again must not be told after a crash that it was removed.
    if (revived.length > 0) void this.commits.commit(() => this.deps.store.deleteTombstones(revived), effects);
    else if (this.commits.busy) void this.commits.commit(async () => {}, effects);
    else this.carryOut(effects);
  }

  private carryOut(effects: readonly Effect[]): void {
    const changed = new Set<string>();
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.byNumber.get(effect.to)?.channel.send(effect.message);
          break;
        case "warn":
          this.deps.log.warn(effect.event, effect.message, effect.fields);
          break;
        case "sources-changed":
          changed.add(effect.name);
          break;
        case "file-event":
          this.news.record(effect);
          break;
        case "tombstone-void":
          break;
      }
    }
    this.sourceNews.notify(changed);
    this.planSoon();
    this.checkServing();
  }

  private accept(socket: Socket): SocketEvents {
    this.lastKey += 1;
    const connection = new AcceptedConnection(socket, this.lastKey, this.deps.clock, this);
    this.channels.add(connection.channel);
    this.connectionLimit.refuses(connection.channel, this.channels.size);
    return connection.channel.socketEvents;
  }

  private tick(): void {
    this.plan();
    this.downloads.tick();
  }

  private planSoon(): void {
    if (this.phase === "stopped") return;
    this.cancelPlan ??= this.deps.clock.after(GATHER, () => {
      this.cancelPlan = null;
      this.plan();
    });
  }

  /** Lets the registry go on with its work and sends the orders that follow, a bounded part of them at a time. */
  private plan(): void {
    // Its orders would overtake those that wait.
    if (this.commits.busy) return this.planSoon();
    const now = this.now();
    const { effects, unfinished } = this.registry.advance(now);
    if (effects.length > 0) this.apply(effects);
    let more = unfinished;
    for (const [number, { channel }] of this.byNumber) {
      const plan = this.registry.takeCopyOrders(number, now);
      more ||= plan.unfinished;
      for (const order of plan.orders) {
        channel.send(order);
        // Whoever gets an order becomes a source, in part, of what it copies.
        this.sourceNews.notify(order.files.map(({ name }) => name));
      }
    }
    if (more) this.planSoon();
    this.checkServing();
  }

  private checkServing(): void {
    if (this.phase !== "waiting" || this.byNumber.size === 0 || this.missing() !== null) return;
    const { store, log } = this.deps;
    const failed = ({ message }: Error) => this.limited.error("store-failed", `cannot store: ${message}`);
    // Nothing rests upon it: without it all secondaries are waited for once more after a restart.
    if (!this.synchronized) store.markSynchronized().catch(failed);
    this.synchronized = true;
    this.phase = "serving";
    const files = plural(this.registry.catalogue.size, "file");
    const secondaries = plural(this.byNumber.size, "secondary", "secondaries");
    log.info("synchronized", `serving ${files} with ${secondaries}`, { files: this.registry.catalogue.size });
  }
}

function stateOf({ phase, isBehind, isObstructed }: SecondaryView): SecondaryStatus["state"] {
  switch (phase) {
    case "lost":
      return "lost";
    case "disk-missing":
      return "disk missing";
    case "announcing":
      return "joining";
    case "live":
      return isBehind || isObstructed ? "copying" : "in step";
  }
}
