import { sha256 } from "../../platform/hash.ts";
import { pieceCount, pieceLength, pieceSize } from "../versions/version.ts";

/**
 * The merkle trees of BitTorrent v2 (BEP 52): the leaves are the SHA-256 of each 16 KiB of a file, and what is missing
 * on the right of a full tree are leaves of zeros.
 */

/** Bytes of a file beneath one leaf; the last may have fewer. */
export const MERKLE_BLOCK_BYTES = 16 * 1024;
/** A node is a SHA-256. */
const NODE_BYTES = 32;

/** The root of a tree of so many levels whose leaves are all zeros. */
const zeroRoots: Uint8Array[] = [new Uint8Array(NODE_BYTES)];

function zeroRoot(height: number): Uint8Array {
  for (let known = zeroRoots.length; known <= height; known++) {
    const below = zeroRoots[known - 1] ?? new Uint8Array(NODE_BYTES);
    zeroRoots.push(parent(below, below));
  }
  return zeroRoots[height] ?? new Uint8Array(NODE_BYTES);
}

const pair = new Uint8Array(2 * NODE_BYTES);

function parent(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left);
  pair.set(right, NODE_BYTES);
  return sha256(pair);
}

/** A tree whose nodes at one level come in their order. It holds one node of each level at most. */
export class MerkleTree {
  /** By level above the nodes that come: the root of a full tree that has no sibling yet. */
  private readonly unpaired: (Uint8Array | undefined)[] = [];

  /** `level`: how far above the leaves the nodes are that come. */
  constructor(private readonly level = 0) {}

  add(node: Uint8Array): void {
    this.addAt(0, node);
  }

  /** The root over a power of two of such nodes, not fewer than have come. The tree is empty afterwards. */
  root(width: number): Uint8Array {
    const height = Math.log2(width);
    for (let level = 0; level < height; level++) {
      const left = this.unpaired[level];
      if (!left) continue;
      this.unpaired[level] = undefined;
      this.addAt(level + 1, parent(left, zeroRoot(this.level + level)));
    }
    const root = this.unpaired[height] ?? zeroRoot(this.level + height);
    this.unpaired.length = 0;
    return root;
  }

  private addAt(from: number, node: Uint8Array): void {
    let level = from;
    let added = node;
    for (let left = this.unpaired[level]; left; left = this.unpaired[level]) {
      this.unpaired[level] = undefined;
      added = parent(left, added);
      level += 1;
    }
    this.unpaired[level] = added;
  }
}

/** How many leaves the tree of a piece has: in a file of one piece as few as are a power of two. */
export function leavesOfPiece(size: number, piece: number): number {
  if (pieceCount(size) > 1) return pieceSize(size) / MERKLE_BLOCK_BYTES;
  return powerOfTwo(Math.ceil(pieceLength(size, piece) / MERKLE_BLOCK_BYTES));
}

/** The root of a file of `size` bytes, from those of its pieces; the file is not empty. */
export function fileRoot(size: number, roots: Uint8Array): Uint8Array {
  const count = pieceCount(size);
  if (count === 1) return roots;
  const tree = new MerkleTree(Math.log2(pieceSize(size) / MERKLE_BLOCK_BYTES));
  for (let start = 0; start < roots.length; start += NODE_BYTES) tree.add(roots.subarray(start, start + NODE_BYTES));
  return tree.root(powerOfTwo(count));
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least));
}
