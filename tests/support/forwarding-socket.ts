import type { FileSlice, Peer, Socket } from "../../src/net/transport/network.ts";

/** A socket that has another one do everything. */
export class ForwardingSocket implements Socket {
  constructor(protected readonly socket: Socket) {}

  get remoteHost(): string {
    return this.socket.remoteHost;
  }

  get remotePeer(): Peer | null {
    return this.socket.remotePeer;
  }

  write(bytes: Uint8Array): number {
    return this.socket.write(bytes);
  }

  writeFile(slice: FileSlice): number {
    return this.socket.writeFile(slice);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  shutdown(): void {
    this.socket.shutdown();
  }

  destroy(): void {
    this.socket.destroy();
  }
}
