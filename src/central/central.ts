import { type Cancel, type Clock, every } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { formatDuration, plural } from "../base/units.ts";
import { type Address, formatAddress } from "../net/address.ts";
import { Channel, type ChannelHandler, noBlocks } from "../net/channel.ts";
import type { Listener, Network, Socket } from "../net/network.ts";
import type { Messages } from "../protocol/messages.ts";
import type { Report, SecondaryState } from "../protocol/visitor-messages.ts";
import { Admission } from "./admission.ts";
import { isBehind, type Member } from "./member.ts";
import { MemberSession } from "./member-session.ts";
import { planFor } from "./plan.ts";
import { type Effect, type Registration, Registry } from "./registry.ts";
import type { Session } from "./session.ts";
import type { CentralStore, Tally, TallyKind } from "./store.ts";
import { missingForSync } from "./synchronization.ts";
import { VisitorSession } from "./visitor-session.ts";
import { Watchers } from "./watchers.ts";

/** Milliseconds: a secondary that is silent for longer than this is lost. */
const RHYTHM = { interval: 1500, silence: 5000 };
/** Milliseconds between looks at copies that are due again and at the queue. */
const TICK = 500;
/** Ticks between two messages to those who wait for a place. */
const QUEUE_TICKS = 4;
/** Milliseconds in which orders for copies are gathered. */
const GATHER = 10;
/** Most versions that one session may watch. */
const MAX_WATCHES = 1000;
/** Most secondaries in one message. */
const MAX_LISTED = 1000;

export interface CentralDeps {
  readonly clock: Clock;
  readonly network: Network;
  readonly store: CentralStore;
  readonly log: Log;
}

export interface CentralOptions {
  readonly address: Address;
  /** How many secondaries must be in step before it serves for the first time. */
  readonly secondaries: number;
  /** Downloads at once; 0: no limit. */
  readonly maxDownloads: number;
}

/** The control plane: sessions in, decisions of the registry and the admission out. Moves no file data. */
export class Central {
  readonly registry: Registry;
  readonly admission: Admission;
  private readonly watchers = new Watchers();
  /** Every connection, greeted or not. */
  private readonly channels = new Set<Channel>();
  private readonly sessions = new Map<number, Session>();
  /** Sessions of registered secondaries, by number. */
  private readonly byNumber = new Map<number, MemberSession>();
  private listener: Listener | null = null;
  private lastKey = 0;
  /** `waiting` for the secondaries; `serving` from the first time on; `stopped`. */
  private phase: "waiting" | "serving" | "stopped" = "waiting";
  private ticks = 0;
  /** Those who wait stand in other places than they were told. */
  private queueMoved = false;
  private cancelTick: Cancel = () => {};
  private cancelPlan: Cancel | null = null;

  constructor(
    private readonly deps: CentralDeps,
    private readonly options: CentralOptions,
  ) {
    this.registry = new Registry(deps.store.removals());
    this.admission = new Admission(options.maxDownloads);
  }

  /** Listens. Gives the port. Throws ListenError. */
  start(): number {
    const { network, clock, log } = this.deps;
    const { address } = this.options;
    this.listener = network.listen(address, (socket) => this.accept(socket));
    const { port } = this.listener;
    this.cancelTick = every(clock, TICK, () => this.tick());
    log.info("listening", `central listens on ${formatAddress({ ...address, port })}`, { ip: address.host, port });
    const missing = this.missing();
    if (missing) log.info("waiting", `not serving yet: ${missing}`);
    return port;
  }

  /** Ends all sessions. */
  stop(): void {
    if (this.phase === "stopped") return;
    this.phase = "stopped";
    this.listener?.stop();
    this.cancelTick();
    this.cancelPlan?.();
    for (const channel of this.channels) channel.fail("stopping", "the central is stopping");
  }

  /** What keeps it from serving; null when it serves. */
  missing(): string | null {
    if (!this.deps.store.synchronized) return missingForSync(this.registry, this.options.secondaries);
    const members = this.registry.members();
    if (members.some(({ state }) => state === "live")) return null;
    const announcing = members.find(({ state }) => state === "announcing");
    if (announcing) return `secondary ${announcing.number} has not told all that it holds yet`;
    // What the lost ones held is still known, and a client may wait for them to come back.
    return this.registry.files > 0 ? null : "no secondary is registered";
  }

  secondaries(): SecondaryState[] {
    return this.registry
      .members()
      .slice(0, MAX_LISTED)
      .map((member) => ({
        number: member.number,
        address: formatAddress(member.address),
        state: stateOf(member),
        files: member.holds.size,
      }));
  }

  /** Milliseconds on the clock of everything here. */
  now(): number {
    return this.deps.clock.now();
  }

  /** The downloads that wait, in order. */
  queue(): ReturnType<Admission["queue"]> {
    return this.admission.queue(this.now());
  }

  tally(kind: TallyKind, after: string, limit: number): Tally[] {
    return this.deps.store.tally(kind, after, limit);
  }

  /** Removes a file from every secondary; says whether there was one. */
  remove(name: string): boolean {
    const { store, log } = this.deps;
    if (!this.registry.entry(name)) return false;
    const done = this.registry.remove(name, store.nextSerial());
    if (!done) return false;
    store.addRemoval(done.removal);
    log.info("removed", `${name} is being removed from every secondary`, { name });
    this.apply(done.effects);
    return true;
  }

  registerMember(session: MemberSession, message: Registration & { epoch: string | null }): boolean {
    const { number, instance, host, port, epoch } = message;
    const { log, store } = this.deps;
    if (this.registry.taken(number, instance)) {
      const text = `secondary ${number} is registered already; give this one another number`;
      session.channel.fail("number-taken", text);
      return false;
    }
    const before = this.byNumber.get(number);
    this.byNumber.set(number, session);
    before?.channel.close({ cause: "ours", message: "it has connected again" });
    session.channel.joined();
    session.channel.send({ type: "registered", epoch: store.epoch });
    const address = formatAddress({ host, port });
    log.info("secondary", `secondary ${number} registered from ${address}`, { number, address });
    const removal = epoch === store.epoch ? message.removal : 0;
    this.apply(this.registry.register({ number, instance, host, port, removal }));
    return true;
  }

  memberLost(session: MemberSession, number: number, reason: string): void {
    // A session that the same secondary has replaced is no loss.
    if (this.phase === "stopped" || this.byNumber.get(number) !== session) return;
    this.byNumber.delete(number);
    const left = this.byNumber.size;
    const rest = left === 0 ? "no secondary is left" : `${plural(left, "secondary", "secondaries")} left`;
    this.deps.log.warn("lost", `secondary ${number} is lost (${reason}); ${rest}`, { number });
    const offered = this.watchedAt(number);
    this.registry.lose(number, this.now());
    this.tellWatchers(offered);
    this.planSoon();
  }

  visitorLost(session: VisitorSession): void {
    if (this.phase === "stopped") return;
    this.admission.leaveAll(session.key);
    this.queueMoved = true;
    this.promote();
  }

  unfetched(number: number, { name, id, reason }: Messages["unfetched"]): void {
    if (!this.registry.unfetched(number, name, id, this.now())) return;
    this.deps.log.warn("unfetched", `secondary ${number} could not copy ${name}: ${reason}`, { number, name });
    this.tellWatchers([name]);
    this.planSoon();
  }

  download(session: VisitorSession, client: string, { download, name, running }: Messages["download"]): void {
    const { channel, key } = session;
    const now = this.now();
    if (running !== null) {
      const size = this.registry.sizeOf(name, running);
      this.admission.enter({ download, session: key, client, name, id: running, size }, true, now);
      channel.send({ type: "granted", download, name, id: running, size });
      return;
    }
    const missing = this.missing();
    const entry = this.registry.entry(name);
    if (missing !== null) {
      channel.send({ type: "denied", download, code: "not-synchronized", message: missing });
    } else if (!entry) {
      this.denyUnknown(channel, download, name);
    } else {
      const { id, size } = entry;
      if (this.admission.enter({ download, session: key, client, name, id, size }, false, now)) {
        channel.send({ type: "granted", download, name, id, size });
        return;
      }
      const place = this.admission.place(download, now);
      if (place) channel.send({ type: "queued", download, ...place });
    }
  }

  /** Records how a download ended, once, and says so to whoever reported it. */
  record(session: Session, { download, client, name, outcome }: Report): void {
    const now = this.now();
    if (outcome === "done") {
      this.admission.finish(download, now);
      if (!this.count(download, client, name)) return this.promote();
    } else {
      this.admission.leave(download);
    }
    session.channel.send({ type: "counted", download });
    this.promote();
  }

  /** Whether a finished download is counted for good, now or before. */
  private count(download: string, client: string, name: string): boolean {
    const { store, log, clock } = this.deps;
    try {
      if (store.count(download, client, name, clock.wall())) {
        log.info("downloaded", `${client} has downloaded ${name}`, { client, name, download });
      }
      return true;
    } catch (error) {
      // Without an answer it is reported again.
      log.error("uncounted", `cannot count a download of ${name}: ${(error as Error).message}`, { client, name });
      return false;
    }
  }

  accuse({ id, piece, number }: Messages["accuse"], accuser: string): void {
    const text = `secondary ${number} sent ${accuser} a wrong piece ${piece}; it is asked to read it again`;
    this.deps.log.warn("accused", text, { number, id, piece });
    this.byNumber.get(number)?.channel.send({ type: "suspect", id, piece, accuser });
  }

  watch(session: Session, { name, id }: Messages["watch"]): void {
    if (this.watchers.count(session.key) >= MAX_WATCHES) {
      session.channel.fail("busy", `more than ${MAX_WATCHES} files are watched`);
      return;
    }
    this.watchers.add(session.key, name, id);
    this.tellSources(session, name, id);
  }

  unwatch(session: Session, { name, id }: Messages["unwatch"]): void {
    this.watchers.drop(session.key, name, id);
  }

  /** Carries out what the registry decided. */
  apply(effects: readonly Effect[]): void {
    const changed = new Set<string>();
    for (const effect of effects) {
      switch (effect.kind) {
        case "send":
          this.byNumber.get(effect.to)?.channel.send(effect.message);
          break;
        case "warn":
          this.deps.log.warn(effect.event, effect.message, effect.fields);
          break;
        case "sources":
          changed.add(effect.name);
          break;
        case "revived":
          this.deps.store.dropRemoval(effect.name);
          break;
      }
    }
    this.tellWatchers(changed);
    this.planSoon();
    this.checkServing();
  }

  private denyUnknown(channel: Channel, download: string, name: string): void {
    const announcing = this.registry.members().some(({ state }) => state === "announcing");
    const code = announcing ? "not-synchronized" : "no-such-file";
    channel.send({ type: "denied", download, code, message: `there is no file ${name}`.slice(0, 1000) });
  }

  private accept(socket: Socket): Channel {
    this.lastKey += 1;
    const key = this.lastKey;
    let session: Session | null = null;
    const handler: ChannelHandler = {
      ...noBlocks,
      greeted: (peer) => {
        session = peer === "secondary" ? new MemberSession(this, key, channel) : new VisitorSession(this, key, channel);
        this.sessions.set(key, session);
      },
      message: (message) => session?.message(message),
      closed: (reason) => {
        this.channels.delete(channel);
        this.sessions.delete(key);
        this.watchers.dropAll(key);
        session?.closed(reason.message);
        if (reason.cause === "protocol") {
          this.deps.log.warn("protocol", `${socket.remoteHost} was disconnected: ${reason.message}`);
        }
      },
    };
    const { clock } = this.deps;
    const channel: Channel = new Channel(socket, { clock, role: "central", side: "accepts", rhythm: RHYTHM }, handler);
    this.channels.add(channel);
    return channel;
  }

  private tick(): void {
    this.plan();
    this.ticks += 1;
    if (this.queueMoved || this.ticks % QUEUE_TICKS === 0) this.tellQueue();
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
    const now = this.now();
    const { effects, unfinished } = this.registry.work(now);
    if (effects.length > 0) this.apply(effects);
    let more = unfinished;
    for (const [number, { channel }] of this.byNumber) {
      const member = this.registry.member(number);
      if (!member) continue;
      const plan = planFor(this.registry, member, now);
      more ||= plan.unfinished;
      for (const order of plan.orders) {
        channel.send(order);
        // Whoever gets an order becomes a source, in part, of what it copies.
        this.tellWatchers(order.files.map(({ name }) => name));
      }
    }
    if (more) this.planSoon();
    this.checkServing();
  }

  private checkServing(): void {
    if (this.phase !== "waiting" || this.byNumber.size === 0 || this.missing() !== null) return;
    const { store, log } = this.deps;
    if (!store.synchronized) store.markSynchronized();
    this.phase = "serving";
    const files = plural(this.registry.files, "file");
    const secondaries = plural(this.byNumber.size, "secondary", "secondaries");
    log.info("synchronized", `serving ${files} with ${secondaries}`, { files: this.registry.files });
  }

  /** Gives free places to those who wait, with the version that the file has by now. */
  private promote(): void {
    for (let promoted = this.admission.promote(this.now()); promoted.length > 0; ) {
      for (const { session, download, name } of promoted) {
        this.queueMoved = true;
        const channel = this.sessions.get(session)?.channel;
        const entry = this.registry.entry(name);
        if (channel && entry) channel.send({ type: "granted", download, name, id: entry.id, size: entry.size });
        else this.admission.leave(download);
        if (channel && !entry) this.denyUnknown(channel, download, name);
      }
      promoted = this.admission.promote(this.now());
    }
  }

  private tellQueue(): void {
    this.queueMoved = false;
    for (const { entry, position, estimate } of this.queue()) {
      const { session, download } = entry;
      this.sessions.get(session)?.channel.send({ type: "queued", download, position, estimate });
    }
  }

  /** Names that somebody watches and of which a secondary has something. */
  private watchedAt(number: number): string[] {
    return [...this.watchers.names()].filter((name) => this.registry.offers(number, name));
  }

  private tellWatchers(names: Iterable<string>): void {
    for (const name of names) {
      for (const { session, id } of this.watchers.of(name)) {
        const watcher = this.sessions.get(session);
        if (watcher) this.tellSources(watcher, name, id);
      }
    }
  }

  private tellSources(session: Session, name: string, id: string): void {
    const sources = this.registry.sources(name, id).slice(0, MAX_LISTED);
    const superseded = this.registry.superseded(name, id) || (sources.length === 0 && this.knowsBetter(name, id));
    session.channel.send({ type: "sources", name, id, sources, superseded });
  }

  /** Whether the catalogue has another version and nobody is away who could bring this one back. */
  private knowsBetter(name: string, id: string): boolean {
    const entry = this.registry.entry(name);
    if (!entry || entry.id === id) return false;
    const members = this.registry.members();
    return members.length >= this.options.secondaries && members.every(({ state }) => state === "live");
  }
}

function stateOf(member: Member): SecondaryState["state"] {
  if (member.state === "lost") return "lost";
  if (member.state === "announcing") return "joining";
  return isBehind(member) ? "copying" : "in step";
}

/** How long someone may have to wait, for people. */
export function describeEstimate(seconds: number | null): string {
  return seconds === null ? "no estimate yet" : `about ${formatDuration(seconds)}`;
}
