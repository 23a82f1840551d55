import bencode from "bencode";
import { fileRoot } from "../../protocol/digests/merkle.ts";
import { pieceCount, pieceSize } from "../../protocol/versions/version.ts";
import { baseName } from "../files/file-path.ts";

export const TORRENT_TYPE = "application/x-bittorrent";

/** A file with at least one byte, and everything that a torrent of it has. */
export interface TorrentFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The SHA-1 of each piece, 20 bytes each, in order. */
  readonly sha1: Uint8Array;
  /** The root of the merkle tree of each piece, 32 bytes each, in order. */
  readonly roots: Uint8Array;
  readonly urls: readonly string[];
}

/**
 * The torrent of one file: for version 1 of BitTorrent and for version 2 (BEP 52), with the secondaries as web seeds
 * (BEP 19) and no tracker. What makes up its info hashes depends on the name and the content alone.
 */
export function torrent({ name, size, sha1, roots, urls }: TorrentFile): Uint8Array {
  if (size === 0) throw new Error("an empty file has no torrent");
  const own = baseName(name);
  const root = fileRoot(size, roots);
  const info = {
    "file tree": { [own]: { "": { length: size, "pieces root": root } } },
    length: size,
    "meta version": 2,
    name: own,
    "piece length": pieceSize(size),
    pieces: sha1,
  };
  // The root of a file of one piece is that of the piece.
  const layers = new Map(pieceCount(size) > 1 ? [[root, roots]] : []);
  return bencode.encode({ "created by": "redes", info, "piece layers": layers, "url-list": urls });
}
