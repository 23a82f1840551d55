import { type Cancel, type Clock, every, NOTHING_TO_CANCEL } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { Random } from "../../platform/random.ts";
import { type Address, formatAddress } from "../address/address.ts";
import { type Link, type Multicast, MulticastError, type MulticastSocket } from "../transport/multicast/multicast.ts";
import { type AnnouncedLink, announcedLinks } from "./announced-links.ts";
import { AnswerTimes } from "./answer-times.ts";
import { encodeAnnouncement, namesOf } from "./dns-messages.ts";
import { receiver } from "./received-messages.ts";
import { type Announcement, instanceName, isSameName } from "./service.ts";

/** Milliseconds between two checks of which networks there are: cables are plugged, and addresses change. */
const CHECK_INTERVAL_MS = 10_000;

export interface AnnouncerDeps {
  readonly multicast: Multicast;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** One network on which it is announced. */
interface AnnouncedNetwork {
  readonly announcement: Announcement;
  readonly times: AnswerTimes;
  /** Null while it is being opened. */
  socket: MulticastSocket | null;
  timer: Cancel | null;
}

/** Announces a central on the networks that reach it, and answers who asks there, until it is stopped. */
export class CentralAnnouncer {
  /** By {@link keyOf}. */
  private readonly places = new Map<string, AnnouncedNetwork>();
  private cancelChecks: Cancel = NOTHING_TO_CANCEL;
  private state: "new" | "running" | "stopped" = "new";
  /** What the log has said last of where it is announced. */
  private told: string | null = null;

  constructor(
    private readonly deps: AnnouncerDeps,
    private readonly instance: string,
    private readonly address: Address,
  ) {}

  start(): void {
    if (this.state !== "new") return;
    this.state = "running";
    this.cancelChecks = every(this.deps.clock, CHECK_INTERVAL_MS, () => void this.checkNetworks());
    void this.checkNetworks();
  }

  /** Says that it is gone, where it was announced. */
  stop(): void {
    this.state = "stopped";
    this.cancelChecks();
    for (const place of this.places.values()) {
      place.socket?.send(encodeAnnouncement(place.announcement, true));
      close(place);
    }
    this.places.clear();
  }

  /** Opens the networks that have come, and closes those that are gone. */
  private async checkNetworks(): Promise<void> {
    const links = announcedLinks(this.address.host, this.deps.multicast.links());
    const current = new Map(links.map((each) => [keyOf(each), each]));
    for (const [key, place] of this.places) {
      if (current.has(key)) continue;
      close(place);
      this.places.delete(key);
    }
    const fresh = [...current].filter(([key]) => !this.places.has(key));
    const faults = await Promise.all(fresh.map(([key, link]) => this.open(key, link)));
    if (this.state === "running") this.tell(faults.filter((fault) => fault !== null));
  }

  /** Resolves with what is wrong with that network, which is tried again at the next check; null: nothing. */
  private async open(key: string, { link, addresses }: AnnouncedLink): Promise<string | null> {
    const { clock, multicast } = this.deps;
    const announcement = { instance: this.instance, port: this.address.port, addresses };
    const place: AnnouncedNetwork = { announcement, times: new AnswerTimes(clock.now()), socket: null, timer: null };
    this.places.set(key, place);
    try {
      const socket = await multicast.open(link, this.answering(link, place));
      if (this.places.get(key) === place) place.socket = socket;
      else socket.close();
    } catch (error) {
      if (!(error instanceof MulticastError)) throw error;
      if (this.places.get(key) === place) this.places.delete(key);
      return `${link.name}: ${error.message}`;
    }
    this.arm(place);
    return null;
  }

  private answering(link: Link, place: AnnouncedNetwork): ReturnType<typeof receiver> {
    const { clock, random } = this.deps;
    const name = instanceName(this.instance);
    return receiver(
      clock,
      link,
      (message) => {
        if (message.kind !== "question" || message.known.some((each) => isSameName(each, name))) return;
        place.times.asked(clock.now(), random.fraction());
        this.arm(place);
      },
      namesOf(this.instance),
    );
  }

  /** Sends when it is due. */
  private arm(place: AnnouncedNetwork): void {
    const { clock } = this.deps;
    const { next } = place.times;
    place.timer?.();
    place.timer = null;
    if (next === null || !place.socket) return;
    place.timer = clock.after(Math.max(0, next - clock.now()), () => {
      place.times.sent(clock.now());
      place.socket?.send(encodeAnnouncement(place.announcement));
      this.arm(place);
    });
  }

  /** Says where it is announced, and where that is not possible: once, until it changes. */
  private tell(faults: readonly string[]): void {
    const { log } = this.deps;
    const hosts = [...this.places.values()].flatMap(({ socket, announcement }) =>
      socket ? announcement.addresses : [],
    );
    const where = [...new Set(hosts)].map((host) => formatAddress({ host, port: this.address.port }));
    const text = [...where, ...faults].join();
    if (text === this.told) return;
    this.told = text;
    const why =
      where.length === 0 && faults.length === 0 ? ["no network of this machine reaches where it listens"] : faults;
    if (where.length > 0)
      log.info("announced", `announced on the local network as ${this.instance}, at ${where.join(" and ")}`, { where });
    if (why.length > 0) log.warn("not-announced", `not announced on the local network: ${why.join("; ")}`);
  }
}

/** The network and the addresses there: who is on it by another interface than before has to join it again. */
function keyOf({ link: { name, index }, addresses }: AnnouncedLink): string {
  return `${name} ${index} ${addresses.join(" ")}`;
}

function close(place: AnnouncedNetwork): void {
  place.timer?.();
  place.socket?.close();
}
