import { expect, test } from "bun:test";
import { hex, sha256 } from "../../../../src/platform/hash.ts";
import { fileRoot, leavesOfPiece, MERKLE_BLOCK_BYTES, MerkleTree } from "../../../../src/protocol/digests/merkle.ts";
import { pieceCount, pieceSize } from "../../../../src/protocol/versions/version.ts";
import { V2_ROOTS, vectorBytes } from "../../hashing/digest-vectors.ts";

function pieceRoots(bytes: Uint8Array): Uint8Array {
  const size = bytes.length;
  const length = pieceSize(size);
  const tree = new MerkleTree();
  const roots = Array.from({ length: pieceCount(size) }, (_, piece) => {
    const part = bytes.subarray(piece * length, (piece + 1) * length);
    for (let at = 0; at < part.length; at += MERKLE_BLOCK_BYTES)
      tree.add(sha256(part.subarray(at, at + MERKLE_BLOCK_BYTES)));
    return tree.root(leavesOfPiece(size, piece));
  });
  return Buffer.concat(roots);
}

test.each([...V2_ROOTS])("the roots of %i bytes are those that libtorrent makes", (size, { root, pieces }) => {
  const roots = pieceRoots(vectorBytes(size));
  expect(hex(roots)).toBe(pieces);
  expect(hex(fileRoot(size, roots))).toBe(root);
});

test("a tree of nothing is one of zeros, and a tree that gave its root is empty", () => {
  const zeros = new Uint8Array(32);
  const tree = new MerkleTree();
  expect(tree.root(1)).toEqual(zeros);
  expect(tree.root(2)).toEqual(sha256(new Uint8Array(64)));
  tree.add(new Uint8Array(32).fill(1));
  const one = tree.root(4);
  expect(tree.root(1)).toEqual(zeros);
  tree.add(new Uint8Array(32).fill(1));
  for (let more = 0; more < 3; more++) tree.add(zeros);
  expect(tree.root(4)).toEqual(one);
});

test("a long file has as many leaves in each piece as the piece has blocks of 16 KiB", () => {
  expect([0, 1].map((piece) => leavesOfPiece(2 ** 20 + 1, piece))).toEqual([64, 64]);
  expect(leavesOfPiece(2 ** 34 + 1, 5)).toBe(128);
  expect([1, 16_384, 16_385, 2 ** 20].map((size) => leavesOfPiece(size, 0))).toEqual([1, 1, 2, 64]);
});
