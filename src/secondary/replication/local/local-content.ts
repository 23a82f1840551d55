import { bytesEqual } from "../../../platform/hash.ts";
import { pieceCount, pieceHash } from "../../../protocol/versions/version.ts";
import type { FileIndex } from "../../index/file-index.ts";
import type { KeptStorage } from "../../kept/kept-storage.ts";
import type { Repairs } from "../../repair/repairs.ts";

/** A file on this disk with the content of a version, as far as is known. */
export interface LocalSource {
  /** Under which it is shared; null: it is kept. */
  readonly name: string | null;
  readonly path: string;
}

/** Where this secondary has the content of versions already. */
export interface LocalContent {
  /** Whether there is such a place, as far as is known without asking the disk. */
  has(id: string): boolean;
  /** Some of the places. Each may have been changed, or be gone: what is read there has to be verified. */
  sources(id: string): Promise<readonly LocalSource[]>;
  /** The content of a place was read, and had these piece hashes, which are not those of the version. */
  reportMismatch(place: LocalSource, id: string, hashes: Uint8Array): Promise<void>;
}

/** Most places that are named of one version. */
const MAX_LOCAL_SOURCES = 4;

/** The shared folder, and what is kept of what left it. */
export function localContentOf(index: FileIndex, kept: KeptStorage, repairs: () => Repairs): LocalContent {
  return {
    has: (id) => index.byId(id) !== undefined || kept.has(id),
    async sources(id) {
      const places: LocalSource[] = [];
      for (const { name, path } of index.placesOf(id)) if (places.push({ name, path }) === MAX_LOCAL_SOURCES) break;
      const old = places.length < MAX_LOCAL_SOURCES ? await kept.find(id) : null;
      return old ? [...places, { name: null, path: old.path }] : places;
    },
    async reportMismatch({ name }, id, hashes) {
      if (name === null) return;
      const known = await index.hashes(id);
      const size = index.byId(id)?.size ?? 0;
      const count = known?.length === hashes.length ? pieceCount(size) : 0;
      for (let piece = 0; known && piece < count; piece++) {
        if (bytesEqual(pieceHash(known, piece), pieceHash(hashes, piece))) continue;
        return repairs().requestVerification({
          type: "suspect",
          id,
          piece,
          accuser: "a copy of it under another name",
        });
      }
      index.recheck(name);
    },
  };
}
