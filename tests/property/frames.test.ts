import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decode, encode, PREFIX_BYTES } from "../../src/protocol/codec.ts";
import { ProtocolError } from "../../src/protocol/errors.ts";
import type { Message } from "../../src/protocol/messages/messages.ts";
import { decodeParts, type Frame } from "../support/frame-log.ts";

const id = fc.stringMatching(/^[0-9a-f]{64}$/);
const request = fc.integer({ min: 0, max: 0xffff_ffff });
const sentence = fc
  .string({ unit: "grapheme", maxLength: 100 })
  .filter((text) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));

const plain: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ type: fc.constant("status" as const), request }),
  fc.record({ type: fc.constant("manifest" as const), request, id }),
  fc.record({ type: fc.constant("error" as const), code: fc.constant("busy" as const), message: sentence }),
  fc.record({
    type: fc.constant("have" as const),
    id,
    pieces: fc.array(fc.integer({ min: 0, max: 16_383 }), { maxLength: 256 }),
  }),
);

const frame: fc.Arbitrary<Frame> = fc.oneof(
  plain.map((message) => ({ message, payload: new Uint8Array(0) })),
  fc.tuple(request, fc.uint8Array({ maxLength: 3000 })).map(([number, payload]) => ({
    message: { type: "block" as const, request: number, payload: payload.length },
    payload,
  })),
);

/** The bytes in parts whose lengths are `cuts`, over and over. */
function* split(bytes: Uint8Array, cuts: readonly number[]): Iterable<Uint8Array> {
  for (let place = 0, turn = 0; place < bytes.length; turn++) {
    const length = cuts[turn % cuts.length] ?? 1;
    yield bytes.slice(place, place + length);
    place += length;
  }
}

describe("frames", () => {
  test("come out as they went in, however the stream is split", () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), cuts, (frames, lengths) => {
        const bytes = Buffer.concat(frames.flatMap(({ message, payload }) => [encode(message), payload]));
        expect(decodeParts(split(bytes, lengths))).toEqual(frames);
      }),
    );
  });

  test("that are garbage are refused or understood, never anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("with one byte changed are refused or understood, never anything else", () => {
    fc.assert(
      fc.property(plain, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, place, change) => {
        const header = encode(message).slice(PREFIX_BYTES);
        const at = place % header.length;
        header[at] = (header[at] ?? 0) ^ change;
        try {
          decode(header);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
