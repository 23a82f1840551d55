import type { X509Certificate } from "node:crypto";
import { type ServerIdentity, serverNameOf } from "../../../../../src/keys/identity.ts";
import type { KeyMaterial } from "../../../../../src/keys/key-material.ts";
import type { Trust } from "../../../../../src/keys/key-ring.ts";
import type { Address } from "../../../../../src/net/address/address.ts";
import type { KnownSockets } from "../../../../../src/net/transport/known-sockets.ts";
import { CONNECT_TIMEOUT_MS, type Socket, type SocketEvents } from "../../../../../src/net/transport/network.ts";
import { connectError, connectErrorOf } from "../../../../../src/net/transport/tcp-errors.ts";
import { handshakeError, judgeReached } from "../../../../../src/net/transport/tls.ts";
import type { Clock } from "../../../../../src/platform/clock.ts";
import { LINGER_MS } from "../../../../../src/protocol/timing.ts";
import { faultOf, parsed } from "./chain.ts";
import { handshakeRecord, RecordReader } from "./records.ts";
import { SecuredEnd } from "./secured-end.ts";
import type { Doorkeeper } from "./secured-network.ts";

export interface Connecting {
  readonly clock: Clock;
  readonly address: Address;
  /** Who must be there. */
  readonly server: ServerIdentity;
  readonly own: KeyMaterial;
  readonly trust: Trust;
  readonly known: KnownSockets;
  readonly doorkeeper: Doorkeeper;
}

export interface Settled {
  resolve(): void;
  reject(error: Error): void;
}

/** What OpenSSL says of an answer that is not TLS. */
const NOT_TLS = new Error("WRONG_VERSION_NUMBER");

/** The end that connects: it greets, is shown a certificate, and shows its own also where it does not believe that. */
export class ConnectingEnd extends SecuredEnd {
  private readonly reader = new RecordReader();

  constructor(
    socket: Socket,
    private readonly to: Connecting,
    private readonly attach: (socket: Socket) => SocketEvents,
    private readonly settled: Settled,
  ) {
    super(socket, null, to.known);
    const { clock, address, server } = to;
    this.cancel = clock.after(CONNECT_TIMEOUT_MS, () => {
      settled.reject(connectError(address, "timeout", "no answer"));
      this.socket.destroy();
    });
    this.say(handshakeRecord(Buffer.from(serverNameOf(server))));
  }

  protected received(bytes: Uint8Array): void {
    const { address, server } = this.to;
    const shown = this.reader.push(bytes);
    if (shown === null) return;
    if (shown === "not TLS") return this.fail(handshakeError(address, server, NOT_TLS));
    const certificate = parsed(shown);
    const peer = this.judge(certificate);
    this.say(handshakeRecord(parsed(this.to.own.certificate).raw));
    if (peer?.kind !== "known")
      return this.fail(connectError(address, "key", peer?.reason ?? "it shows no certificate"));
    const { clock, own, doorkeeper } = this.to;
    const watch = doorkeeper({ side: "connects", own, now: clock.wall(), certificate, remoteHost: this.remoteHost });
    this.open(peer, this.attach, this.reader.rest(), watch);
    this.settled.resolve();
  }

  protected broken(error: Error | null): void {
    const { address } = this.to;
    const reset = Object.assign(new Error(error?.message), { code: "ECONNRESET" });
    this.settled.reject(
      error
        ? connectErrorOf(address, reset)
        : connectError(address, "other", "it closed the connection before any greeting"),
    );
  }

  private judge(certificate: X509Certificate) {
    const { clock, server, own, trust } = this.to;
    const { authorities } = own;
    const expected = { authorities, now: clock.wall(), usage: "server", serverName: serverNameOf(server) } as const;
    return judgeReached({ certificate: certificate.raw, fault: faultOf(certificate, expected) }, server, trust);
  }

  private fail(error: Error): void {
    this.settled.reject(error);
    this.endHandshake();
    this.cancel = this.to.clock.after(LINGER_MS, () => this.socket.destroy());
  }
}
