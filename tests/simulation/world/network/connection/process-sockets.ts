import type { SimProcess } from "../../sim-process.ts";
import type { SimHost } from "../sim-host.ts";

/** A socket as its kernel sees it. */
export interface KernelSocket {
  readonly bufferedBytes: number;
  /** Its process is over. */
  closeByKernel(): void;
  /** Its machine has lost its power. */
  forget(): void;
}

/** The sockets of a process, whichever of its threads has them. The kernel closes them when the process ends. */
export class ProcessSockets {
  readonly open = new Set<KernelSocket>();
  /** Of connections that it has not accepted yet: no descriptors of it. */
  readonly unaccepted = new Set<KernelSocket>();
  /** Ends what else the process has in the network: listeners. */
  readonly releases = new Set<() => void>();

  constructor(
    readonly process: SimProcess,
    readonly host: SimHost,
  ) {
    process.onEnd(() => {
      for (const release of this.releases) release();
      this.releases.clear();
      for (const socket of [...this.unaccepted, ...this.open]) socket.closeByKernel();
    });
  }

  /** Bytes that the kernel holds for it: written and not acknowledged, or come and not read. */
  get bufferedBytes(): number {
    let bytes = 0;
    for (const socket of this.open) bytes += socket.bufferedBytes;
    return bytes;
  }
}
