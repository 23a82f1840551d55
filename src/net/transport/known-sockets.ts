import type { Revocations } from "../../keys/trust/revocations.ts";
import type { TcpSocket } from "./tcp-socket.ts";
import { REVOKED } from "./tls.ts";

/** The open connections whose other end has a key. They end when it is revoked. */
export class KnownSockets {
  private readonly sockets = new Set<TcpSocket>();

  constructor(private readonly revocations: Revocations) {
    revocations.onAdded(() => this.refuseRevoked());
  }

  add(socket: TcpSocket | null): void {
    if (socket?.remotePeer?.kind === "known") this.sockets.add(socket);
  }

  delete(socket: TcpSocket | null): void {
    if (socket) this.sockets.delete(socket);
  }

  private refuseRevoked(): void {
    for (const socket of [...this.sockets]) {
      const { remotePeer } = socket;
      if (remotePeer?.kind === "known" && this.revocations.has(remotePeer.key)) socket.refuse(REVOKED);
    }
  }
}
