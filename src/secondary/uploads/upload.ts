import type { Hashing } from "../../hashing/hashing.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import { bytesEqual } from "../../platform/hash.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { Bitmap, bytesOf } from "../../protocol/versions/bitmap.ts";
import { pieceCount, pieceHash, pieceLength, pieceSize, type Version } from "../../protocol/versions/version.ts";
import { say } from "../../sentences/sentence.ts";
import type { DiskSpace, GradualReservation } from "../replication/placement/disk-space.ts";
import { UploadRefused } from "./upload-refused.ts";

/** What a client says of a file before it sends it. */
export interface UploadSpec {
  readonly name: string;
  readonly version: Version;
  /** The 32-byte hash of each piece, which make the id of the version. */
  readonly hashes: Uint8Array;
  /** Microseconds since 1970. */
  readonly modified: number;
  /** The version that it is to replace; null: it is to be a new file. */
  readonly base: string | null;
  /** Who sends it, for the log. */
  readonly by: string;
}

/** Where an upload grows. */
export interface UploadPart {
  readonly path: string;
  readonly staging: string;
  /** Open for writing. */
  readonly fd: number;
}

/** `receiving`: its pieces come; `publishing`: they are all there, and the file gets its name; `over`. */
type UploadState = "receiving" | "publishing" | "over";

const TRANSITIONS: Transitions<UploadState> = {
  receiving: ["publishing", "over"],
  publishing: ["receiving", "over"],
  over: [],
};

/** The piece of which bytes come. */
interface Growing {
  readonly piece: number;
  received: number;
  /** Settled once all that has come of it is written: one promise, however many parts it comes in. */
  written: Promise<void>;
}

export interface UploadDeps {
  readonly disk: Pick<Disk, "write">;
  readonly hashing: Pick<Hashing, "hashPiece">;
}

/** A file that a client sends: takes its pieces, and compares each with its hash once it is written. */
export class Upload {
  private readonly life = new StateMachine<UploadState>("an upload", TRANSITIONS, "receiving");
  private growing: Growing | null = null;
  /** Whole pieces that are being compared. */
  private readonly checking = new Set<number>();
  private readonly writes = new Set<Promise<unknown>>();
  private unwritten: number;
  private received = 0;
  private room: GradualReservation | null = null;
  private refusal = new UploadRefused("busy", say("the shared folder is not there"));

  /** `have`: the pieces that are right already. */
  constructor(
    private readonly deps: UploadDeps,
    readonly spec: UploadSpec,
    readonly part: UploadPart,
    readonly have: Bitmap,
  ) {
    this.unwritten = spec.version.size - bytesOf(have, spec.version.size);
  }

  /** The pieces that are to be sent. */
  get wanted(): Bitmap {
    return Bitmap.full(this.have.length).without(this.have);
  }

  /** Bytes that have come. */
  get receivedBytes(): number {
    return this.received;
  }

  /** To be called first. Rejects with DiskError `full` where the disk could not hold the file. */
  async reserve(space: Pick<DiskSpace, "reserveGradually">): Promise<void> {
    this.room = await space.reserveGradually(this.part.staging, () => Math.max(0, this.unwritten));
  }

  get isPublishing(): boolean {
    return this.life.is("publishing");
  }

  get isOver(): boolean {
    return this.life.is("over");
  }

  /**
   * Takes the next bytes of a piece. Resolves once they are written: with whether the piece is right where they were its
   * last. Throws ProtocolError at once for what may not come now; rejects with DiskError.
   */
  give(piece: number, bytes: Uint8Array): Promise<"part" | "right" | "wrong"> {
    const growing = this.next(piece, bytes.length);
    const { size } = this.spec.version;
    const position = piece * pieceSize(size) + growing.received;
    growing.received += bytes.length;
    this.received += bytes.length;
    this.unwritten -= bytes.length;
    const write = this.write(bytes, position);
    growing.written = Promise.all([growing.written, write]).then(() => {});
    // Whoever gave these bytes is told.
    growing.written.catch(() => {});
    const isWhole = growing.received === pieceLength(size, piece);
    if (isWhole) {
      this.growing = null;
      this.checking.add(piece);
    }
    return this.untilDone(isWhole ? this.check(growing) : write.then(() => "part"));
  }

  /** All pieces are there, or ProtocolError: from now on none is taken. */
  beginPublishing(): void {
    if (!this.life.is("receiving") || !this.have.full)
      throw new ProtocolError("publish came before all pieces were there");
    this.life.become("publishing");
  }

  /** Why it takes nothing any more, for whoever sends it. */
  get whyOver(): UploadRefused {
    return this.refusal;
  }

  /** It takes pieces no more. Resolves once nothing is written to its file any more. */
  async end(why: UploadRefused = this.refusal): Promise<void> {
    this.refusal = why;
    if (!this.life.is("over")) this.life.become("over");
    await Promise.allSettled([...this.writes]);
    this.room?.release();
  }

  private next(piece: number, bytes: number): Growing {
    const { size } = this.spec.version;
    if (!this.life.is("receiving")) throw new ProtocolError("give came when no piece was to come");
    if (piece >= pieceCount(size) || this.have.has(piece) || this.checking.has(piece))
      throw new ProtocolError("give has a piece that is not wanted");
    const growing = this.growing ?? { piece, received: 0, written: Promise.resolve() };
    if (growing.piece !== piece) throw new ProtocolError("give has another piece before the last one is whole");
    if (bytes === 0 || growing.received + bytes > pieceLength(size, piece))
      throw new ProtocolError("give has more bytes than its piece, or none");
    this.growing = growing;
    return growing;
  }

  private async write(bytes: Uint8Array, position: number): Promise<void> {
    await this.room?.makeRoom(bytes.length);
    await this.deps.disk.write(this.part.fd, bytes, position);
  }

  private async check({ piece, written }: Growing): Promise<"right" | "wrong"> {
    const { spec, part } = this;
    const { size } = spec.version;
    try {
      await written;
      const found = await this.deps.hashing.hashPiece(part.path, size, piece, "real");
      const isRight = bytesEqual(found, pieceHash(spec.hashes, piece));
      if (isRight) this.have.add(piece);
      else this.unwritten += pieceLength(size, piece);
      return isRight ? "right" : "wrong";
    } finally {
      this.checking.delete(piece);
    }
  }

  private untilDone<T>(work: Promise<T>): Promise<T> {
    this.writes.add(work);
    const done = () => void this.writes.delete(work);
    work.then(done, done);
    return work;
  }
}
