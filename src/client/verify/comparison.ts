import { FileChanged, type Hashing } from "../../hashing/hashing.ts";
import { contentState, sameContent } from "../../platform/content-state.ts";
import type { Disk } from "../../platform/disk/disk.ts";
import type { ListedFile } from "../../protocol/messages/client.ts";
import type { Version } from "../../protocol/versions/version.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { toldOf } from "../../sentences/sentence-error.ts";
import type { ReadFile } from "../downloads/destination.ts";
import { type Difference, differenceOf } from "./difference.ts";

/** A file to be compared with the cluster. */
export interface ComparedFile {
  /** Its name in the cluster. */
  readonly name: string;
  /** Where it is here, or would be. */
  readonly path: string;
  /** What the cluster has under the name; null: nothing. */
  readonly listed: Pick<ListedFile, "size" | "id"> | null;
}

/** How a file here stands to the one of the cluster. Sizes in bytes. */
export type Finding =
  | { readonly kind: "same" }
  | ({ readonly kind: "different"; readonly localSize: number; readonly read: ReadFile } & Different)
  /** It is in the cluster and not here. */
  | { readonly kind: "missing" }
  /** The cluster has no such file. */
  | { readonly kind: "unknown" }
  | { readonly kind: "unreadable"; readonly reason: Told };

/** What differs; null where nobody could say what the pieces are, and `why`. */
type Different = { readonly difference: Difference } | { readonly difference: null; readonly why: Told };

export interface ComparisonDeps {
  readonly disk: Pick<Disk, "stat">;
  readonly hasher: Pick<Hashing, "hashAs">;
  /** The hashes of a version's pieces. Rejects with why they cannot be had. */
  pieceHashes(name: string, version: Version): Promise<Uint8Array>;
}

/** Reads a file once and compares it. `onBytes` gets the bytes that are read, and says whether to go on. Never rejects. */
export async function compareFile(
  deps: ComparisonDeps,
  { name, path, listed }: ComparedFile,
  onBytes: (done: number) => boolean,
): Promise<Finding> {
  if (!listed) return { kind: "unknown" };
  try {
    const before = await deps.disk.stat(path);
    if (!before) return { kind: "missing" };
    if (before.kind !== "file") return { kind: "unreadable", reason: WHAT[before.kind] };
    const { size, id } = listed;
    const read = await deps.hasher.hashAs(path, size, onBytes);
    if (!sameContent(before, read.stat)) return { kind: "unreadable", reason: CHANGED };
    if (before.size === size && read.id === id) return { kind: "same" };
    const { hashes, stat } = read;
    const different = await differing(deps, name, { size, id }, hashes);
    return { kind: "different", localSize: stat.size, read: { state: contentState(stat), hashes }, ...different };
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof FileChanged ? CHANGED : toldOf(error) };
  }
}

const CHANGED = say("it was changed while it was read");

const WHAT = {
  folder: say("a folder is in its place"),
  link: say("a link is in its place"),
  other: say("a special file is in its place"),
} as const;

async function differing(
  deps: Pick<ComparisonDeps, "pieceHashes">,
  name: string,
  version: Version,
  hashes: Uint8Array,
): Promise<Different> {
  try {
    return { difference: differenceOf(version, await deps.pieceHashes(name, version), hashes) };
  } catch (error) {
    return { difference: null, why: toldOf(error) };
  }
}
