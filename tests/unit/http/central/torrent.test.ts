import { expect, test } from "bun:test";
import { torrent } from "../../../../src/http/central/torrent.ts";
import { KIB, MIB } from "../../../../src/platform/units.ts";
import { digestsOf, merkleRoot } from "../../../support/digests.ts";
import { readTorrent } from "../../../support/torrent.ts";

function torrentOf(content: Uint8Array, name = "f", urls: string[] = []): Uint8Array {
  const { "sha-1": sha1, merkle } = digestsOf(content);
  return torrent({ name, size: content.length, sha1, roots: merkle, urls });
}

/** A content in which no two blocks are the same. */
function content(size: number): Uint8Array {
  return new Uint8Array(size).map((_, index) => (index * 2654435761) >>> 13);
}

test("a torrent of one byte, to the byte", () => {
  const sha1 = Buffer.from("5ba93c9db0cff93f52b521d7420e43f6eda2784f", "hex");
  const root = Buffer.from("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "hex");
  const url = "http://10.0.0.1:81/files/a/%C3%B1.bin";
  const info = [
    "d9:file treed6:ñ.bind0:d6:lengthi1e11:pieces root32:",
    root,
    "eee6:lengthi1e12:meta versioni2e4:name6:ñ.bin12:piece lengthi1048576e6:pieces20:",
    sha1,
    "e",
  ];
  const parts = ["d10:created by5:redes4:info", ...info, "12:piece layersde8:url-listl", `${url.length}:${url}`, "ee"];
  const expected = Buffer.concat(parts.map((part) => Buffer.from(part)));
  expect(Buffer.from(torrentOf(new Uint8Array(1), "a/ñ.bin", [url])).toString("latin1")).toBe(
    expected.toString("latin1"),
  );
});

test.each([
  [16 * KIB, 0],
  [16 * KIB + 1, 0],
  [MIB, 0],
  [MIB + 1, 2],
  [3 * MIB, 3],
  [4 * MIB, 4],
  [4 * MIB + 50_000, 5],
])("the root of %d bytes is that of the tree over all of them, and %d pieces have a layer", (size, layers) => {
  const bytes = content(size);
  const { info, "piece layers": layer } = readTorrent(torrentOf(bytes));
  const root = info["file tree"].f?.[""]["pieces root"];
  expect(Buffer.from(root ?? []).toString("hex")).toBe(merkleRoot(bytes, 1).toString("hex"));
  const lengths = Object.values(layer).map(({ length }) => length);
  expect(lengths).toEqual(layers > 0 ? [32 * layers] : []);
  expect(info.pieces).toHaveLength(20 * Math.ceil(size / MIB));
});

test("an empty file has none", () => {
  expect(() => torrentOf(new Uint8Array(0))).toThrow("an empty file has no torrent");
});
