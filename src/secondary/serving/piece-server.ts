import type { Address } from "../../net/address/address.ts";
import { PacedConnection } from "../../net/pacing/paced-connection.ts";
import { DisconnectionLog } from "../../net/session/disconnection-log.ts";
import { ServerLoad } from "../../net/session/fairness/server-load.ts";
import { ConnectionLimit } from "../../net/transport/connection-limit.ts";
import { listenWithRetry } from "../../net/transport/listening.ts";
import type { Listener, Network, Socket, SocketEvents } from "../../net/transport/network.ts";
import type { Log } from "../../platform/log/log.ts";
import { LogLimiter } from "../../platform/log/log-limiter.ts";
import { type Allowance, UNLIMITED } from "../../platform/pacing/allowance.ts";
import type { SentTraffic } from "../pacing/copy-throttle.ts";
import { FairShares } from "../pacing/fair-shares.ts";
import type { SecondaryLimits } from "../pacing/secondary-limits.ts";
import { SendingPace } from "../pacing/sending-pace.ts";
import { PieceSession, type PieceSessionDeps, type SentBytes } from "./piece-session.ts";

export interface PieceServerDeps extends Omit<PieceSessionDeps, "load" | "sent" | "pace" | "greeted" | "closed"> {
  readonly log: Log;
  /** Absent: none. */
  readonly limits?: SecondaryLimits;
  /** Bytes of files that were sent over HTTP since the start. Absent: there is no HTTP. */
  sentOverHttp?(): number;
}

/** The data plane of a secondary: listens, and serves pieces to clients and peers. */
export class PieceServer {
  /** Bytes of files that have gone out since the start. */
  readonly sent: SentBytes = { client: 0, secondary: 0 };
  private readonly sessions = new Set<PieceSession>();
  private listener: Listener | null = null;
  private stopped = false;
  private readonly disconnections: DisconnectionLog;

  /** Limited: anybody who connects can cause lines. */
  private readonly log: LogLimiter;
  private readonly connectionLimit: ConnectionLimit;
  private readonly load: ServerLoad;
  private readonly pace: SendingPace;
  private readonly fairShares: FairShares;

  constructor(
    private readonly network: Network,
    private readonly deps: PieceServerDeps,
    /** At once. */
    connections: number,
  ) {
    this.log = new LogLimiter(deps.log, deps.clock);
    this.disconnections = new DisconnectionLog(deps.clock, deps.log);
    this.load = new ServerLoad(deps.clock, this.log);
    const { clock, limits = null } = deps;
    this.pace = new SendingPace({ clock, limits, sent: () => this.traffic() });
    this.fairShares = new FairShares(clock);
    this.connectionLimit = new ConnectionLimit(connections, deps.clock, this.log);
  }

  /** Resolves with the port. Rejects with ListenError. */
  async start(address: Address): Promise<number> {
    const { deps } = this;
    const listener = await listenWithRetry({ ...deps, network: this.network }, address, (socket) =>
      this.attach(socket),
    );
    this.listener = listener;
    if (this.stopped) listener.stop();
    return listener.port;
  }

  stop(): void {
    this.stopped = true;
    this.pace.stop();
    this.fairShares.stop();
    this.listener?.stop();
    for (const session of this.sessions) session.stop();
  }

  /** Other versions are here, or expected, than before: sessions answer the questions that they have postponed. */
  availabilityChanged(): void {
    for (const session of this.sessions) session.availabilityChanged();
  }

  /** A copy in progress has more verified pieces: those who download from it are notified. */
  piecesAdded(id: string, pieces: readonly number[]): void {
    for (const session of this.sessions) session.piecesAdded(id, pieces);
  }

  /** How many connections each kind of peer has. */
  sessionCounts(): SentBytes {
    const counts = { client: 0, secondary: 0 };
    for (const { role } of this.sessions) if (role) counts[role] += 1;
    return counts;
  }

  private attach(socket: Socket): SocketEvents {
    const { clock, limits } = this.deps;
    if (!limits) return this.openSession(socket, socket).channel.socketEvents;
    let session: PieceSession | null = null;
    const attach = (paced: Socket) => {
      session = this.openSession(paced, socket);
      return session.channel.socketEvents;
    };
    // What else comes are requests, which nobody limits.
    const allowance = () => (session?.receivesFile ? limits.download : UNLIMITED);
    return new PacedConnection(socket, attach, { clock, allowance });
  }

  /** `line`: what is below `socket`. */
  private openSession(socket: Socket, line: Socket): PieceSession {
    const { log, load, sent } = this;
    const pace = { allowance: (role: keyof SentBytes) => this.allowance(role, line) };
    const greeted: PieceSessionDeps["greeted"] = ({ channel }) => this.connectionLimit.greeted(channel);
    const closed: PieceSessionDeps["closed"] = (session, reason) => {
      this.sessions.delete(session);
      this.fairShares.closed(line);
      this.connectionLimit.closed(session.channel);
      this.disconnections.record(session.channel, reason);
    };
    const session = new PieceSession({ ...this.deps, log, load, sent, pace, greeted, closed }, socket);
    this.sessions.add(session);
    this.connectionLimit.opened(session.channel);
    return session;
  }

  private allowance(role: keyof SentBytes, line: Socket): Allowance {
    this.fairShares.sending(line, role === "client");
    return this.pace.allowance(role);
  }

  /** What has gone out so far: what the network has not taken yet of a block has not. */
  private traffic(): SentTraffic {
    const { sessions, deps, sent } = this;
    const waiting = { client: 0, secondary: 0 };
    let receivers = 0;
    for (const { role, channel, isServed } of sessions) {
      if (role) waiting[role] += channel.backlog;
      if (role === "client" && isServed) receivers += 1;
    }
    const clients = sent.client - waiting.client + (deps.sentOverHttp?.() ?? 0);
    return { clients, copies: sent.secondary - waiting.secondary, receivers };
  }

  /** How many downloads of each file are being served. */
  activeDownloads(): Map<string, number> {
    const downloads = new Map<string, Set<string>>();
    for (const { activeDownload } of this.sessions) {
      if (!activeDownload) continue;
      const ids = downloads.get(activeDownload.name) ?? new Set();
      downloads.set(activeDownload.name, ids.add(activeDownload.id));
    }
    return new Map([...downloads].map(([name, ids]) => [name, ids.size]));
  }
}
