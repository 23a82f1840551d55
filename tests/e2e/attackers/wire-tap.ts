import { SlowProxy } from "../../support/proxy.ts";

/** Stands on the way to a server as somebody who reads, and may change, every byte in both directions. */
export class WireTap extends SlowProxy {
  /** What has passed, of all connections, in the order of its coming. */
  readonly toServer: Uint8Array[] = [];
  readonly toClient: Uint8Array[] = [];
  /** What becomes of bytes from the server; as they are where nothing is said. */
  change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes;

  /** `target`: the port of the server. */
  constructor(target: number) {
    super();
    this.target = target;
  }

  /** Whether any of this has passed in clear. */
  saw(text: string | Uint8Array): boolean {
    return [this.toServer, this.toClient].some((passed) => Buffer.concat(passed).includes(text));
  }

  override passing(bytes: Uint8Array, fromServer: boolean): Uint8Array {
    // A copy: what is changed afterwards is not what has passed.
    (fromServer ? this.toClient : this.toServer).push(bytes.slice());
    return fromServer ? this.change(bytes) : bytes;
  }
}
