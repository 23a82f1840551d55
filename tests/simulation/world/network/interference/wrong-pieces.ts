import type { Message } from "../../../../../src/protocol/messages/messages.ts";
import type { SeededRandom } from "../../random.ts";
import { type Frame, type Interference, sendAsIs, type Tamper } from "./interference.ts";

/** How often a liar lies: other frames are honest, so that the liar stays in use. */
const LIES = 0.5;

function withOneBitFlipped(bytes: Uint8Array, random: SeededRandom): Uint8Array {
  const copy = bytes.slice();
  const place = random.below(copy.length);
  copy[place] = (copy[place] ?? 0) ^ (1 << random.below(8));
  return copy;
}

/** Changes some of the frames of one type that have a payload. */
function changesSome(type: Message["type"], change: (frame: Frame, random: SeededRandom) => Frame): Tamper {
  return (frame, wire) => {
    const lies = frame.message.type === type && frame.payload.length > 0 && wire.random.chance(LIES);
    sendAsIs(lies ? change(frame, wire.random) : frame, wire);
  };
}

function withPayload({ message }: Frame, payload: Uint8Array): Frame {
  return "payload" in message ? { message: { ...message, payload: payload.length }, payload } : { message, payload };
}

/** A bit of some pieces is wrong. */
export const flippedPieces: Interference = {
  name: "flipped bits in pieces",
  says: () =>
    changesSome("block", ({ message, payload }, random) => ({ message, payload: withOneBitFlipped(payload, random) })),
};

/** A bit of some small files is wrong. */
export const flippedSmallFiles: Interference = {
  name: "flipped bits in small files",
  says: () =>
    changesSome("contents", ({ message, payload }, random) => ({
      message,
      payload: withOneBitFlipped(payload, random),
    })),
};

/** Small files have other sizes than their versions say. */
export const wrongSizes: Interference = {
  name: "wrong sizes of small files",
  says: () =>
    changesSome("contents", (frame, random) => {
      const { message, payload } = frame;
      if (message.type !== "contents") return frame;
      const sizes = message.sizes.map((size) => (size !== null && random.chance(0.5) ? Math.max(0, size - 1) : size));
      return { message: { ...message, sizes }, payload };
    }),
};

/** Some pieces are too short. */
export const shortPieces: Interference = {
  name: "short pieces",
  says: () =>
    changesSome("block", (frame, random) =>
      withPayload(frame, frame.payload.subarray(random.below(frame.payload.length))),
    ),
};

/** Some pieces are too long. */
export const longPieces: Interference = {
  name: "long pieces",
  says: () =>
    changesSome("block", (frame, random) =>
      withPayload(frame, new Uint8Array(Math.min(frame.payload.length + 1 + random.below(1000), MAX_PAYLOAD_BYTES))),
    ),
};

const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** Hashes of pieces are wrong: they do not belong to the version. */
export const wrongHashes: Interference = {
  name: "wrong hashes",
  says: () =>
    changesSome("hashes", ({ message, payload }, random) => ({ message, payload: withOneBitFlipped(payload, random) })),
};

/** Hashes are missing. */
export const fewHashes: Interference = {
  name: "too few hashes",
  says: () =>
    changesSome("hashes", (frame, random) => withPayload(frame, frame.payload.subarray(32 * (1 + random.below(3))))),
};

/** Some pieces are those that were asked for before. */
export const otherPieces: Interference = {
  name: "other pieces than asked for",
  understands: () => {
    let last = 0;
    return (frame, wire) => {
      const { message } = frame;
      if (message.type !== "piece") return sendAsIs(frame, wire);
      const piece = wire.random.chance(LIES) ? last : message.piece;
      last = message.piece;
      wire.frame({ ...message, piece });
    };
  },
};
