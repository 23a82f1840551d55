import type { FileRecord } from "../../../src/secondary/index/file-record.ts";

export const record: FileRecord = {
  name: "a/ñ.bin",
  size: 2 ** 50,
  mtimeNs: 1_785_000_000_123_456_789n,
  ctimeNs: -1n,
  inode: 2n ** 64n - 2n,
  id: "1".repeat(64),
  vector: "aaaaaaaa:3",
  changed: true,
  edits: "22222222 33333333",
  blake3: "5".repeat(64),
  sha256: null,
};

/** Changes that change nothing. */
export const nothing = { put: [], drop: [], vanished: [], forget: [], planned: [], over: [], undigested: [] };

/** What a database had before its seventh version for digests. */
export const DIGESTS_BEFORE = `DROP TABLE piece_digests;
   CREATE TABLE digests (id TEXT PRIMARY KEY, sha256 BLOB NOT NULL, sha1 BLOB NOT NULL, merkle BLOB NOT NULL) STRICT;`;
