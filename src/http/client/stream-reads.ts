import type { Told } from "../../sentences/sentence.ts";
import { SentenceError } from "../../sentences/sentence-error.ts";
import type { BlockReads } from "../files/file-bodies.ts";
import { type BlockReader, type FileReads, MAX_BLOCK_BYTES } from "../files/file-reads.ts";
import type { ClientBackend, ReadReply, StoredExtent } from "./backend.ts";

/** Bytes that are left to be read when it is asked how much more there is, so that nobody waits for the answer. */
const ASK_AHEAD_BYTES = 2 * 1024 * 1024;

const ZEROS = new Uint8Array(MAX_BLOCK_BYTES);

/** What one reader reads. */
export interface StreamPart {
  readonly reader: number;
  /** Where what it wants ends. */
  readonly end: number;
  /** Where what it reads next is, without a gap. */
  extents: StoredExtent[];
  /** What is asked, and the byte to which all was had when it was; null while nothing is. */
  asked: { readonly at: number; readonly reply: Promise<ReadReply> } | null;
}

/** What a reader begins with that wants bytes up to, but not including, `end`. */
export function streamPart(reader: number, end: number): StreamPart {
  return { reader, end, extents: [], asked: null };
}

/** Reads blocks of files that come while they are read. */
export class StreamReads implements BlockReads<StreamPart> {
  constructor(
    private readonly backend: Pick<ClientBackend, "read">,
    private readonly reads: Pick<FileReads, "read">,
  ) {}

  /** Waits until the byte at `position` is there. Says why it never will be; null when it is. */
  async wait(part: StreamPart, position: number): Promise<Told | null> {
    while (part.extents.length === 0) {
      this.ask(part, position, position);
      const reply = await part.asked?.reply;
      part.asked = null;
      if (reply?.kind === "ended") return reply.reason;
      if (reply) part.extents = [...reply.extents];
    }
    return null;
  }

  /** What comes next may have to be asked for. */
  readNow(): boolean {
    return false;
  }

  /** Waits until the first of the bytes is there. Rejects when none comes any more. To be called for one part after the other. */
  async read(part: StreamPart, position: number, length: number, reader: BlockReader): Promise<void> {
    const failure = await this.wait(part, position);
    const [extent] = part.extents;
    if (failure !== null) throw new SentenceError(failure);
    if (!extent) throw new Error("there is nothing to be read");
    const known = part.extents.at(-1)?.end ?? position;
    if (known < part.end && known - position <= ASK_AHEAD_BYTES) this.ask(part, position, known);
    const count = Math.min(length, extent.end - position);
    if (position + count === extent.end) part.extents.shift();
    const { place } = extent;
    if (place !== null) {
      return this.reads.read({ fd: place.fd, state: null }, place.position + position - extent.start, count, reader);
    }
    if (reader.wanted) reader.filled(ZEROS.subarray(0, count));
  }

  private ask(part: StreamPart, position: number, from: number): void {
    if (part.asked) return;
    const reply = this.backend.read(part.reader, position, from);
    // Who waits for it hears of it all the same.
    reply.catch(() => {});
    part.asked = { at: position, reply };
  }
}
