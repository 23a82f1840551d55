import { isDeepStrictEqual } from "node:util";
import { ID_BYTES } from "../../protocol/fields.ts";

/** Hashes of 64 hexadecimal digits, of many files: as bytes they take less than a third of what the texts would. */
export class HashColumn {
  private readonly bytes: Buffer;

  constructor(hashes: readonly string[]) {
    this.bytes = Buffer.from(hashes.join(""), "hex");
  }

  at(index: number): string {
    return this.bytes.toString("hex", index * ID_BYTES, (index + 1) * ID_BYTES);
  }

  isLike(other: HashColumn): boolean {
    return this.bytes.equals(other.bytes);
  }

  /** Whether a hash here and one of another column are the same, without their texts. */
  isSame(index: number, other: HashColumn, otherIndex: number): boolean {
    const [start, otherStart] = [index * ID_BYTES, otherIndex * ID_BYTES];
    return this.bytes.compare(other.bytes, otherStart, otherStart + ID_BYTES, start, start + ID_BYTES) === 0;
  }
}

/** The same, of files of which some have none. */
export class OptionalHashColumn {
  private readonly known: HashColumn;
  /** Which of the known ones it is; -1: there is none. */
  private readonly places: Int16Array;

  /** `hashes`: at most 32,767. */
  constructor(hashes: readonly (string | null)[]) {
    const known = hashes.filter((hash) => hash !== null);
    this.known = new HashColumn(known);
    let next = 0;
    this.places = Int16Array.from(hashes, (hash) => (hash === null ? -1 : next++));
  }

  isLike(other: OptionalHashColumn): boolean {
    return isDeepStrictEqual(this.places, other.places) && this.known.isLike(other.known);
  }

  at(index: number): string | null {
    const place = this.places[index] ?? -1;
    return place < 0 ? null : this.known.at(place);
  }
}
