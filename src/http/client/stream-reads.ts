import type { BlockReads } from "../files/file-bodies.ts";
import type { FileReads } from "../files/file-reads.ts";
import type { ClientBackend } from "./backend.ts";

/** What one reader reads. */
export interface StreamPart {
  readonly reader: number;
  readonly fd: number;
  /** Where what it wants ends. */
  readonly end: number;
  /** Up to where all is there. */
  until: number;
  /** The byte that it waits for; null while it waits for none. */
  waitingAt: number | null;
}

/** Reads blocks of files that come while they are read. */
export class StreamReads implements BlockReads<StreamPart> {
  constructor(
    private readonly backend: Pick<ClientBackend, "read">,
    private readonly reads: Pick<FileReads, "read">,
  ) {}

  /** Waits until the byte at `position` is there. Says why it never will be; null when it is. */
  async wait(part: StreamPart, position: number): Promise<string | null> {
    if (position < part.until) return null;
    part.waitingAt = position;
    const reply = await this.backend.read(part.reader, position, part.end);
    part.waitingAt = null;
    if (reply.kind === "ended") return reply.reason;
    part.until = reply.until;
    return null;
  }

  /** Waits until the first of the bytes is there. Rejects when none comes any more. */
  async read(part: StreamPart, position: number, length: number, wanted: () => boolean): Promise<Uint8Array | null> {
    const failure = await this.wait(part, position);
    if (failure !== null) throw new Error(failure);
    const { fd, until } = part;
    return this.reads.read({ fd, state: null }, position, Math.min(length, until - position), wanted);
  }
}
