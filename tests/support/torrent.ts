import bencode from "bencode";
import * as v from "valibot";

const BYTES = v.instance(Uint8Array);
const FILE = v.strictObject({ "": v.strictObject({ length: v.number(), "pieces root": BYTES }) });

const TORRENT = v.strictObject({
  "created by": BYTES,
  info: v.strictObject({
    /** One file, by its name. */
    "file tree": v.record(v.string(), FILE),
    length: v.number(),
    "meta version": v.literal(2),
    name: BYTES,
    "piece length": v.number(),
    pieces: BYTES,
  }),
  /** By the root of the file, as the decoder spells bytes that are no text. */
  "piece layers": v.record(v.string(), BYTES),
  "url-list": v.array(BYTES),
});

/** What is in a torrent of one file. Throws where it is none, or has anything else in it. */
export function readTorrent(bytes: Uint8Array): v.InferOutput<typeof TORRENT> {
  return v.parse(TORRENT, bencode.decode(bytes));
}
