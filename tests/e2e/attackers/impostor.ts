import type { KeyMaterial } from "../../../src/keys/key-material.ts";
import { KeyRing } from "../../../src/keys/key-ring.ts";
import type { Listener } from "../../../src/net/transport/network.ts";
import { tcpNetwork } from "../../../src/net/transport/tcp.ts";
import { systemClock } from "../../../src/platform/clock.ts";

/** Listens with a key, as the server that others want to talk to, and keeps what it is told within TLS. */
export class Impostor implements Disposable {
  readonly told: Uint8Array[] = [];
  private readonly listener: Listener;

  constructor(keys: KeyMaterial) {
    const network = tcpNetwork(systemClock, { keys: new KeyRing(keys) });
    this.listener = network.listen({ host: "127.0.0.1", port: 0 }, () => ({
      data: (bytes) => void this.told.push(bytes.slice()),
      drained() {},
      closed() {},
    }));
  }

  get port(): number {
    return this.listener.port;
  }

  [Symbol.dispose](): void {
    this.listener.stop();
  }
}
