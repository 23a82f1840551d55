import { MIB } from "../../support/files.ts";
import { type Content, contentOf } from "../../unit/transfer/content.ts";

/** A file of two pieces, of which one is requested: the other one is zeros. */
export const FILE: Content = contentOf(Buffer.concat([Buffer.alloc(MIB), Buffer.from(noise(20_000))]));
export const FILE_NAME = "a";
/** A small file, which is sent together with others. */
export const SMALL: Content = contentOf(Buffer.from("a small file\n"));

/** Bytes that are the same each time, and none of them like the next. */
function noise(length: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 24;
  });
}
