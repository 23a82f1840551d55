import bencode from "bencode";
import { pieceCount, pieceSize } from "../../protocol/versions/version.ts";
import { baseName } from "../files/file-path.ts";
import { splitSha256 } from "./digest-list.ts";

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

/** Bytes of which BitTorrent hashes each alone, as a leaf of its merkle trees. */
const LEAF_BYTES = 16 * 1024;

/**
 * The torrent of one file: for version 1 of BitTorrent and for version 2 (BEP 52), with the secondaries as web seeds
 * (BEP 19) and no tracker. What makes up its info hashes depends on the name and the content alone.
 */
export function torrent({ name, size, sha1, roots, urls }: TorrentFile): Uint8Array {
  const own = baseName(name);
  const root = piecesRoot(size, roots);
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

/** The root of the merkle tree of a file, from those of its pieces, which are filled up to a power of two (BEP 52). */
function piecesRoot(size: number, roots: Uint8Array): Uint8Array {
  let padding: Uint8Array = new Uint8Array(32);
  for (let bytes = LEAF_BYTES; bytes < pieceSize(size); bytes *= 2) padding = parentOf(padding, padding);
  let layer = splitSha256(roots);
  while (layer.length > 1) {
    const pad = padding;
    layer = layer.flatMap((left, index) => (index % 2 === 0 ? [parentOf(left, layer[index + 1] ?? pad)] : []));
    padding = parentOf(pad, pad);
  }
  const [root] = layer;
  if (!root) throw new Error("an empty file has no torrent");
  return root;
}

function parentOf(left: Uint8Array, right: Uint8Array): Uint8Array {
  return new Bun.CryptoHasher("sha256").update(left).update(right).digest();
}
