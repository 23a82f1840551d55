import type { SourceAddress } from "../../protocol/fields.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import type { OrderedFile } from "../../protocol/messages/secondary.ts";
import { pieceCount } from "../../protocol/versions/version.ts";
import type { StagedFile } from "../changes/staged-file.ts";

/** A file to copy, and the secondaries that have it. */
export interface CopyOrder extends Omit<OrderedFile, "at"> {
  readonly sources: readonly SourceAddress[];
  /** A copy from another place on this disk was tried, and its content was not that of the version. */
  readonly triedLocally: boolean;
  /** The staging folder, if the disk was asked already; null: probably that of the shared folder itself. */
  readonly staging: string | null;
}

/** The orders in a message of the central. */
export function* ordersOf({ sources, files }: Messages["fetch"]): Generator<CopyOrder> {
  const byNumber = new Map(sources.map((source) => [source.number, source]));
  for (const { name, id, size, vector, edits, modified, blake3, sha256, at } of files) {
    const holders: SourceAddress[] = [];
    for (const number of at) {
      const source = byNumber.get(number);
      if (source) holders.push(source);
    }
    // Not a spread: there are as many orders as files in the cluster.
    yield {
      name,
      id,
      size,
      vector,
      edits,
      modified,
      blake3,
      sha256,
      sources: holders,
      triedLocally: false,
      staging: null,
    };
  }
}

/** Whether a file has more than one piece: it is then a download of its own, and several sources share it. */
export function isLarge({ size }: Pick<CopyOrder, "size">): boolean {
  return pieceCount(size) > 1;
}

/** What is installed once an order is carried out. `temp`: the path of the staged file; `hashes`: 32 bytes for each piece. */
export function stagedFileOf(
  { name, id, size, vector, edits, modified, blake3 }: CopyOrder,
  hashes: Uint8Array,
  temp: string,
  unnamed: number | null = null,
): StagedFile {
  return { name, version: { id, size }, hashes, vector, edits, modified, blake3, temp, unnamed };
}
