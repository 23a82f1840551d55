import type { X509Certificate } from "node:crypto";
import type { KeyMaterial } from "../../../../../src/keys/key-material.ts";
import type { Trust } from "../../../../../src/keys/key-ring.ts";
import type { KnownSockets } from "../../../../../src/net/transport/known-sockets.ts";
import type { Peer, Socket, SocketEvents } from "../../../../../src/net/transport/network.ts";
import { judgeAccepted } from "../../../../../src/net/transport/tls.ts";
import type { Clock } from "../../../../../src/platform/clock.ts";
import { GREETING_TIMEOUT_MS, LINGER_MS } from "../../../../../src/protocol/timing.ts";
import { faultOf, parsed } from "./chain.ts";
import { handshakeRecord, NO_TLS_ALERT, RecordReader } from "./records.ts";
import { SecuredEnd } from "./secured-end.ts";
import type { Doorkeeper } from "./secured-network.ts";

export interface Accepting {
  readonly clock: Clock;
  /** What the listener began with. */
  readonly own: KeyMaterial;
  readonly trust: Trust;
  readonly known: KnownSockets;
  readonly attach: (socket: Socket) => SocketEvents;
  readonly doorkeeper: Doorkeeper;
}

/** The end that accepts: it hears a greeting, shows its certificate, and is shown one. */
export class AcceptingEnd extends SecuredEnd {
  private readonly reader = new RecordReader();
  private hasShown = false;

  constructor(
    socket: Socket,
    private readonly by: Accepting,
  ) {
    super(socket, by.clock.now(), by.known);
    this.cancel = by.clock.after(GREETING_TIMEOUT_MS, () => this.socket.destroy());
  }

  protected received(bytes: Uint8Array): void {
    const { own } = this.by;
    for (let next = this.reader.push(bytes); next !== null; next = this.reader.push(new Uint8Array(0))) {
      if (next === "not TLS") return this.refusePlain();
      if (this.hasShown) return this.judge(next);
      this.hasShown = true;
      this.say(handshakeRecord(parsed(own.certificate).raw));
    }
  }

  protected broken(): void {}

  private judge(shown: Uint8Array): void {
    const { clock, own, trust } = this.by;
    const { authorities } = own;
    const now = clock.wall();
    const certificate = parsed(shown);
    const fault = faultOf(certificate, { authorities, now, usage: "client", serverName: null });
    this.begin(judgeAccepted({ certificate: shown, fault }, trust), certificate);
  }

  /** Somebody speaks in clear. The program is told of the connection, and at once of its end. */
  private refusePlain(): void {
    const { clock, trust } = this.by;
    this.say(NO_TLS_ALERT);
    this.begin(judgeAccepted(null, trust), null);
    const { socket } = this;
    this.closed(null);
    socket.shutdown();
    this.cancel = clock.after(LINGER_MS, () => socket.destroy());
  }

  private begin(peer: Peer, certificate: X509Certificate | null): void {
    const { clock, own, attach, doorkeeper } = this.by;
    const watch = doorkeeper({ side: "accepts", own, now: clock.wall(), certificate, remoteHost: this.remoteHost });
    this.open(peer, attach, certificate ? this.reader.rest() : new Uint8Array(0), watch);
  }
}
