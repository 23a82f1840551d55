import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { PieceDigest } from "../../../../src/protocol/digests/piece-digests.ts";
import { DigestMaker } from "../../../../src/secondary/digests/digest-maker.ts";
import type { Repairs } from "../../../../src/secondary/repair/repairs.ts";
import { drive } from "../../../support/drive.ts";
import { IndexFixture } from "../index-fixture.ts";

export function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A maker of digests over the index of a real folder with fake time. */
export class MakerFixture {
  readonly files: IndexFixture;
  readonly maker: DigestMaker;
  readonly suspected: unknown[] = [];
  readonly logged: string[] = [];
  /** Names of files that were read for digests, and for which. */
  readonly read: string[] = [];
  readonly kinds: (readonly PieceDigest[])[] = [];

  constructor(options: ConstructorParameters<typeof IndexFixture>[0] = {}) {
    this.files = new IndexFixture({ settled: true, ...options });
    const { clock, index, hashing } = this.files;
    const digest = hashing.digest;
    hashing.digest = (file, size, kinds, ...args) => {
      this.read.push(basename(file));
      this.kinds.push(kinds);
      return digest(file, size, kinds, ...args);
    };
    const repairs: Pick<Repairs, "requestVerification"> = {
      requestVerification: ({ id, piece }) => void this.suspected.push([id, piece]),
    };
    const note = (_event: string, message: string) => void this.logged.push(String(message));
    this.maker = new DigestMaker({ clock, log: { info: note, warn: note, error: note }, hashing, index, repairs });
    index.listen((changes) => this.maker.filesChanged(changes));
  }

  async stop(): Promise<void> {
    await this.maker.stop();
    await this.files.stop();
  }

  until(what: string, condition: () => boolean, step?: number): Promise<void> {
    return drive(this.files.clock, what, condition, step);
  }

  allMade(): Promise<void> {
    return this.until("all digests are made", () => this.maker.progress.files === 0);
  }

  /** The files, and their SHA-256. */
  known({ index } = this.files): [name: string, sha256: string | null][] {
    return [...index.files()].map(({ name, sha256: hash }): [string, string | null] => [name, hash]).sort();
  }
}
