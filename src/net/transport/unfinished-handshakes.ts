import type { Cancel, Clock } from "../../platform/clock.ts";
import { GREETING_TIMEOUT_MS } from "../../protocol/timing.ts";
import type { BunTcpSocket } from "./tcp-socket.ts";

/** Most handshakes at once: each takes some 50 KiB. Who comes when there are as many has to come again. */
const MAX_HANDSHAKES = 512;

/** Connections that a server has accepted and that are not secured yet: they are few, and not for long. */
export class UnfinishedHandshakes {
  private readonly timeouts = new Map<BunTcpSocket, Cancel>();

  constructor(private readonly clock: Clock) {}

  begin(socket: BunTcpSocket): void {
    if (this.timeouts.size >= MAX_HANDSHAKES) {
      socket.terminate();
      return;
    }
    const timeout = this.clock.after(GREETING_TIMEOUT_MS, () => {
      this.timeouts.delete(socket);
      socket.terminate();
    });
    this.timeouts.set(socket, timeout);
  }

  /** Whether it was one of them until now. */
  end(socket: BunTcpSocket): boolean {
    this.timeouts.get(socket)?.();
    return this.timeouts.delete(socket);
  }
}
