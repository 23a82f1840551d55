import { MIB } from "../../platform/units.ts";
import type { ConnectionHost } from "./messages.ts";

/**
 * Bytes of files that this thread fetches itself, from the start of the process on. To start another thread costs 10 ms of a
 * processor and 10 MB, with which this one fetches and writes some 20 MiB. Who fetches more has use for threads, which do
 * it beside each other. On a slow disk as much may wait in memory to be written.
 */
const MAX_NEAR_BYTES = 48 * MIB;

/**
 * Connections on the thread that asks for them, for a process that ends soon and has nothing else to do meanwhile. The first
 * files have them, as long as they are small.
 */
export class NearConnections {
  private left = MAX_NEAR_BYTES;

  constructor(private readonly host: ConnectionHost) {}

  /** Where the connections for a file of so many bytes run; null: it is too much for this thread. */
  admit(bytes: number): ConnectionHost | null {
    if (bytes > this.left) return null;
    this.left -= bytes;
    return this.host;
  }
}
