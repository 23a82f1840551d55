import type { Extent } from "../../hashing/extents.ts";
import type { Address } from "../../net/address/address.ts";
import type { DiskFailure, Reach } from "../../platform/disk/disk.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { Role } from "../../protocol/messages/session.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { DirectFile } from "../sinks/sink.ts";

/** What a connection needs to know from its start. */
export interface PieceConnectionSpec {
  /** The number of the secondary that is the source. */
  readonly number: number;
  readonly address: Address;
  readonly role: Exclude<Role, "central">;
  readonly id: string;
  readonly name: string;
  /** Whether the piece hashes are wanted as well. */
  readonly manifest: boolean;
  /** The client's download, for the source's statistics; null for a copy. */
  readonly download: string | null;
  /** Descriptor of the file that pieces are written to. */
  readonly file: number;
  /** The same file for writes past the page cache, where these are wanted and possible. */
  readonly direct: DirectFile | null;
  /** Descriptor of the journal, where there is one. */
  readonly journal: number | null;
}

/** One piece to fetch. Positions and lengths in bytes. */
export interface PieceRequest {
  readonly piece: number;
  readonly length: number;
  /** Where it is written in the file. */
  readonly position: number;
  /** The part of the file around it that has no holes: room is taken for all of it at once. */
  readonly extent: Extent;
  /** Whether its place reads as zeros so far, so that zeros need not be written. */
  readonly hole: boolean;
  /** 32 bytes of BLAKE3. */
  readonly hash: Uint8Array;
  /** Where its mark is written in the journal. */
  readonly markPosition: number;
  /** Whether it waits in memory until it is verified, since another connection may be asked for it too. */
  readonly inMemory: boolean;
}

/** A file of at most one piece, fetched whole. */
export interface SmallFile {
  readonly id: string;
  readonly size: number;
  /** The modification time that it gets, in microseconds since 1970. */
  readonly modified: number;
}

/** Many small files from one source. */
export interface SmallFilesSpec {
  /** The number of the secondary that is the source. */
  readonly number: number;
  readonly address: Address;
  /** Each file is written to this new folder: without a name where that can be, else under its place among `files`. */
  readonly folder: string;
  /** Where the folder may be made, and the files in it. */
  readonly reach: Reach;
  readonly files: readonly SmallFile[];
  /**
   * Memory of a {@link DescriptorTable} with a place for each: the files without a name, which who gives the
   * specification closes once the connection has ended, in whatever way.
   */
  readonly unnamed: SharedArrayBuffer;
}

/** Small files that are on the disk. */
export interface StoredFiles {
  /** Which ones: their places among the files of the {@link SmallFilesSpec}. */
  readonly places: readonly number[];
  /** In the same order, the 32 bytes of the hash of each that is not empty. */
  readonly hashes: Uint8Array;
}

/** From the download to a connection, which may be on another thread: structured clones. */
export type ConnectionCommand =
  | { readonly kind: "start"; readonly spec: PieceConnectionSpec }
  | { readonly kind: "small-files"; readonly spec: SmallFilesSpec }
  | { readonly kind: "fetch"; readonly fetches: readonly PieceRequest[] }
  | { readonly kind: "cancel"; readonly piece: number }
  | { readonly kind: "stop" };

/** The source is the reason why the connection ended. */
export interface ConnectionFault {
  readonly cause: "source";
  /** What happened; where it is at fault, what it did: "sent more than piece 7 holds". */
  readonly message: Told;
  /**
   * `offence`: it broke the protocol; `cut`: it was gone in the middle of a piece; `stranger`: something else answers
   * there; null: gone, or never there.
   */
  readonly fault: "offence" | "cut" | "stranger" | null;
}

/** Why a connection ended: by its `source`; because the `disk` cannot take the bytes; or by the command to stop. */
export type ConnectionEnd =
  | { readonly cause: "stopped" }
  | ConnectionFault
  | { readonly cause: "disk"; readonly message: Told; readonly failure: DiskFailure };

/** From a connection to the download. */
export type ConnectionEvent =
  /** Connected. `have`: null when the source has every piece, else its bitmap. `roundTrip` in milliseconds. */
  | { readonly kind: "ready"; readonly have: Uint8Array | null; readonly roundTrip: number }
  | { readonly kind: "manifest"; readonly hashes: Uint8Array }
  | { readonly kind: "have"; readonly pieces: readonly number[] }
  /** Bytes of a piece came. */
  | { readonly kind: "bytes"; readonly piece: number; readonly bytes: number }
  /** A limit here keeps bytes from being read, or one at the source from being sent, as that says. */
  | { readonly kind: "held-back"; readonly by: "us" | "source" }
  /** Verified, written and journalled. */
  | { readonly kind: "piece"; readonly piece: number }
  /** Its bytes are not what the hash says. Of small files: the place of the file among those of the {@link SmallFilesSpec}. */
  | { readonly kind: "bad"; readonly piece: number }
  /** `piece` is null when the version as a whole was refused. */
  | { readonly kind: "refused"; readonly piece: number | null; readonly code: ErrorCode; readonly message: Told }
  /** Cancelled: nothing of it is written after this. */
  | { readonly kind: "cancelled"; readonly piece: number }
  /** Small files that are verified, written and on the disk. */
  | ({ readonly kind: "stored" } & StoredFiles)
  /** Last: nothing is written after this. */
  | { readonly kind: "ended"; readonly end: ConnectionEnd };

/** A connection, as its user on another thread has it. */
export interface ConnectionHandle {
  send(command: ConnectionCommand): void;
}

/** Starts connections, on this thread or another. Events come in their order, many at once when there are many. */
export interface ConnectionHost {
  open(received: (events: readonly ConnectionEvent[]) => void): ConnectionHandle;
}
