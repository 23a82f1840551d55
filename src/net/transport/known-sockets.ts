import type { Revocations } from "../../keys/trust/revocations.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { Socket } from "./network.ts";
import { REVOKED } from "./tls.ts";

/** A socket whose other end may be refused after it was let in. */
interface RefusingSocket extends Pick<Socket, "remotePeer"> {
  refuse(reason: Told): void;
}

/** The open connections whose other end has a key. They end when it is revoked. */
export class KnownSockets {
  private readonly sockets = new Set<RefusingSocket>();

  constructor(private readonly revocations: Revocations) {
    revocations.onAdded(() => this.refuseRevoked());
  }

  add(socket: RefusingSocket): void {
    if (socket.remotePeer?.kind === "known") this.sockets.add(socket);
  }

  delete(socket: RefusingSocket | null): void {
    if (socket) this.sockets.delete(socket);
  }

  private refuseRevoked(): void {
    for (const socket of [...this.sockets]) {
      const { remotePeer } = socket;
      if (remotePeer?.kind === "known" && this.revocations.has(remotePeer.key)) socket.refuse(REVOKED);
    }
  }
}
