import type { Channel, ChannelHandler, ChannelOptions, CloseReason } from "../../net/session/channel.ts";
import { DisconnectionLog } from "../../net/session/disconnection-log.ts";
import { ServerLoad } from "../../net/session/fairness/server-load.ts";
import { openChannel } from "../../net/session/open-channel.ts";
import { ConnectionLimit } from "../../net/transport/connection-limit.ts";
import type { Socket, SocketEvents } from "../../net/transport/network.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { Message } from "../../protocol/messages/messages.ts";
import type { Role } from "../../protocol/messages/session.ts";
import { CENTRAL_HEARTBEAT } from "../../protocol/timing.ts";
import { say } from "../../sentences/sentence.ts";
import type { KeyDesk } from "../keys/key-desk.ts";
import type { Session } from "../session.ts";

export interface ConnectionsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly limitedLog: LogLimiter;
  /** Most connections at once. */
  readonly limit: number;
  /** Those of connections that are greeted, by key; changed here alone. */
  readonly sessions: Map<number, Session>;
  readonly keyDesk: Pick<KeyDesk, "connected" | "disconnected">;
  /** A connection's greeting is over. */
  newSession(peer: Role, key: number, channel: Channel): Session;
  /** A session is over. */
  sessionEnded(key: number): void;
}

/** Sessions whose greeting is over, by who is at the other end. */
export type SessionCounts = Readonly<Record<Exclude<Role, "central">, number>>;

/** All connections to the central, greeted or not. */
export class Connections {
  private readonly channels = new Set<Channel>();
  private readonly limit: ConnectionLimit;
  private readonly disconnections: DisconnectionLog;
  /** One object for all sessions. */
  private readonly channelOptions: ChannelOptions;
  private lastKey = 0;
  private readonly greetedPeers = { client: 0, secondary: 0 };

  constructor(private readonly deps: ConnectionsDeps) {
    const { clock, log, limitedLog, limit } = deps;
    const load = new ServerLoad(clock, limitedLog);
    this.channelOptions = { clock, role: "central", side: "accepts", heartbeat: CENTRAL_HEARTBEAT, load };
    this.limit = new ConnectionLimit(limit, clock, limitedLog);
    this.disconnections = new DisconnectionLog(clock, log);
  }

  get counts(): SessionCounts {
    return this.greetedPeers;
  }

  accept(socket: Socket): SocketEvents {
    this.lastKey += 1;
    const { channel } = new PeerConnection(socket, this.lastKey, this.channelOptions, this);
    this.channels.add(channel);
    this.limit.opened(channel);
    return channel.socketEvents;
  }

  /** The peer has said what it is. */
  greeted(key: number, channel: Channel, peer: Role): Session {
    this.limit.greeted(channel);
    if (peer !== "central") this.greetedPeers[peer] += 1;
    this.deps.keyDesk.connected(key, channel);
    const session = this.deps.newSession(peer, key, channel);
    this.deps.sessions.set(key, session);
    return session;
  }

  /** Once for each connection, and last. */
  closed(key: number, channel: Channel, reason: CloseReason, peer: Role | null): void {
    const { sessions, keyDesk } = this.deps;
    this.channels.delete(channel);
    if (peer !== null && peer !== "central") this.greetedPeers[peer] -= 1;
    keyDesk.disconnected(key);
    this.limit.closed(channel);
    const session = sessions.get(key);
    sessions.delete(key);
    this.deps.sessionEnded(key);
    session?.closed(reason);
    this.disconnections.record(channel, reason);
  }

  /** Ends all of them. */
  stop(): void {
    // A session that ends because the central does is no loss of its secondary.
    this.deps.sessions.clear();
    for (const channel of this.channels) channel.fail("stopping", say("the central is stopping"));
  }
}

/** There are thousands: it holds no more than it must. */
class PeerConnection implements ChannelHandler {
  readonly channel: Channel;
  private session: Session | null = null;
  private peer: Role | null = null;

  /** `key`: unique in this process. */
  constructor(
    socket: Socket,
    private readonly key: number,
    options: ChannelOptions,
    private readonly owner: Connections,
  ) {
    this.channel = openChannel(socket, options, this);
  }

  greeted(peer: Role): void {
    this.peer = peer;
    this.session = this.owner.greeted(this.key, this.channel, peer);
  }

  message(message: Message, payload: Uint8Array): void {
    this.session?.message(message, payload);
  }

  closed(reason: CloseReason): void {
    this.owner.closed(this.key, this.channel, reason, this.peer);
  }
}
