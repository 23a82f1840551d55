import type { Log } from "../../platform/log/log.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";

/** Most versions whose announced SHA-256 is remembered; of more, those that came first are not compared. */
const MAX_ANNOUNCED = 100_000;

/**
 * The SHA-256 of versions as others have announced them, to be compared with what is made here from verified bytes. The
 * id of a version proves its bytes, and so what is made here; the other one is a lie or a fault, and is never taken.
 */
export class AnnouncedDigests {
  /** By version. */
  private readonly announced = new Map<string, string>();

  constructor(private readonly log: Pick<Log, "error">) {}

  add(files: readonly Pick<OrderedFile, "id" | "sha256">[]): void {
    for (const { id, sha256 } of files) {
      if (sha256 === null) continue;
      this.announced.set(id, sha256);
      const [oldest] = this.announced.keys();
      if (this.announced.size > MAX_ANNOUNCED && oldest !== undefined) this.announced.delete(oldest);
    }
  }

  /** The SHA-256 of a version was made here. */
  made(name: string, id: string, sha256: string): void {
    const other = this.announced.get(id);
    this.announced.delete(id);
    if (other === undefined || other === sha256) return;
    const text = `another secondary announces the SHA-256 ${other} of ${name}; the bytes here are verified and have ${sha256}`;
    this.log.error("digest-mismatch", `${text}: that secondary lies, or its memory or processor fails`, { name, id });
  }
}
