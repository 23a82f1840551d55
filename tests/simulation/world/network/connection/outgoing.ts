/** Where a socket writes: the bytes of one direction of a connection, or who changes them on the way. */
export interface Outgoing {
  /** Bytes that are taken now. */
  readonly room: number;
  /** Bytes that are taken and not acknowledged. */
  readonly unsentBytes: number;
  /** The sender was told that not all was taken. */
  waitForRoom(): void;
  /** Sends bytes, which are not copied and must not change. */
  send(bytes: Uint8Array): void;
  /** Sends a signal after the bytes so far. */
  signal(signal: Signal): void;
  /** Drops what has not left yet, and sends nothing again that is lost. A last signal tells the other end. */
  abandon(signal: "reset" | null): void;
}

/**
 * What goes along with the bytes, in their order. `open`: the connection is made; `end`: no more comes; `reset`: the
 * sender knows nothing of the connection any more.
 */
export type Signal = "open" | "end" | "reset";
