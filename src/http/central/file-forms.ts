import type { PieceDigest } from "../../protocol/digests/piece-digests.ts";
import type { Sources } from "./backend.ts";
import { METALINK_TYPE, metalink } from "./metalink.ts";
import { TORRENT_TYPE, torrent } from "./torrent.ts";

/** A file that tells a download program how to get another one from all of its sources. */
export interface FileForm {
  /** What its name has behind that of the file. */
  readonly suffix: string;
  readonly type: string;
  /** What it has of each piece. */
  readonly digests: readonly PieceDigest[];
  /** Null: there is none of such a file. */
  write(sources: Sources): string | Uint8Array<ArrayBuffer> | null;
}

export const METALINK: FileForm = {
  suffix: ".meta4",
  type: METALINK_TYPE,
  digests: ["sha-256"],
  write: ({ file, urls, digests: [known] }) => (known ? metalink({ ...file, ...known, urls }) : null),
};

export const TORRENT: FileForm = {
  suffix: ".torrent",
  type: TORRENT_TYPE,
  digests: ["sha-1", "merkle"],
  write({ file, urls, digests: [sha1, merkle] }) {
    if (!sha1 || !merkle || file.size === 0) return null;
    return new Uint8Array(torrent({ ...file, sha1: sha1.pieces, roots: merkle.pieces, urls }));
  },
};

export const FILE_FORMS: readonly FileForm[] = [METALINK, TORRENT];
