import type { Bounds, Reach } from "../../../platform/disk/disk.ts";
import type { OlderFile } from "../../../transfer/sinks/reuse/older-file.ts";
import type { FileIndex } from "../../file-index.ts";
import { differingPiece } from "../../repair/differing-piece.ts";
import type { Repairs } from "../../repair/repairs.ts";

/** A file on this disk with the content of a version, as far as is known. */
export interface LocalSource {
  /** Its name in the shared folder; null where it is a kept file. */
  readonly name: string | null;
  readonly path: string;
  /** Where it must be. */
  readonly reach: Reach;
}

/** The files with the content of versions that this secondary has already. */
export interface LocalCopies {
  /** Whether there is such a file, as far as is known without asking the disk. */
  has(id: string): boolean;
  /** Some of the files. Each may have been changed, or be gone: a copy of it has to be verified. */
  sources(id: string): Promise<readonly LocalSource[]>;
  /** A file was read, and had these piece hashes, which are not those of the version. */
  reportMismatch(source: LocalSource, id: string, hashes: Uint8Array): Promise<void>;
}

/** What this secondary has already of versions that it is to copy. */
export interface LocalContent extends LocalCopies {
  /** The file that has a name now, and the hashes that its pieces had; null where there is none. Rejects when the store fails. */
  older(name: string): Promise<OlderFile | null>;
}

/** Most files that are named for one version: more than one is needed only where a file was changed a moment ago. */
const MAX_LOCAL_SOURCES = 4;

export interface LocalContentDeps {
  readonly index: Pick<FileIndex, "hashes" | "recheck"> & {
    get(name: string): { readonly id: string; readonly size: number } | undefined;
    byId(id: string): { readonly size: number } | undefined;
    placesOf(id: string): Iterable<{ readonly name: string; readonly path: string; readonly bounds: Bounds }>;
  };
  /** The kept files. */
  readonly kept: {
    has(id: string): boolean;
    find(id: string): Promise<{ readonly path: string } | null>;
  };
  readonly repairs: Pick<Repairs, "requestVerification">;
}

/** The files of the shared folder, and the kept ones. */
export function localContentOf({ index, kept, repairs }: LocalContentDeps): LocalContent {
  return {
    has: (id) => index.byId(id) !== undefined || kept.has(id),
    async sources(id) {
      const sources: LocalSource[] = [];
      for (const { name, path, bounds } of index.placesOf(id))
        if (sources.push({ name, path, reach: bounds }) === MAX_LOCAL_SOURCES) break;
      const keptFile = sources.length < MAX_LOCAL_SOURCES ? await kept.find(id) : null;
      return keptFile ? [...sources, { name: null, path: keptFile.path, reach: "any" }] : sources;
    },
    async older(wanted) {
      const there = index.get(wanted);
      if (!there) return null;
      const { id, size } = there;
      for (const { name, path, bounds: reach } of index.placesOf(id)) {
        if (name !== wanted) continue;
        const hashes = await index.hashes(id);
        return { path, reach, size, read: hashes && { cutAs: size, hashes } };
      }
      return null;
    },
    async reportMismatch({ name }, id, hashes) {
      if (name === null) return;
      const piece = differingPiece(await index.hashes(id), hashes, index.byId(id)?.size ?? 0);
      if (piece === null) return index.recheck(name);
      repairs.requestVerification({ type: "suspect", id, piece, accuser: "a copy of it under another name" });
    },
  };
}
