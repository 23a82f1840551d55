import { describe, expect, test } from "bun:test";
import { encode, MAX_HEADER_BYTES, PREFIX_BYTES } from "../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { FrameDecoder } from "../../../src/protocol/frames.ts";
import { decodeParts } from "../../support/frame-log.ts";
import { largestMessage, samples } from "../../support/samples.ts";

const nothing = { message() {}, payload() {} };

function* single(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let place = 0; place < bytes.length; place++) yield bytes.slice(place, place + 1);
}

function prefix(length: number): Uint8Array {
  const bytes = new Uint8Array(PREFIX_BYTES);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

describe("a frame decoder", () => {
  for (const sample of samples) {
    const bytes = Buffer.concat([encode(sample.message), sample.payload]);
    test(`finds ${sample.message.type}, whole and byte by byte`, () => {
      expect(decodeParts([bytes])).toEqual([sample]);
      expect(decodeParts(single(bytes))).toEqual([sample]);
    });
  }

  test("finds frames that come in one piece, and in parts that cut every one of them", () => {
    const bytes = Buffer.concat(samples.flatMap(({ message, payload }) => [encode(message), payload]));
    expect(decodeParts([bytes])).toEqual([...samples]);
    expect(decodeParts(single(bytes))).toEqual([...samples]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decodeParts([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual([...samples]);
    }
  });

  test("takes the largest header, in chunks", () => {
    const message = largestMessage("announce");
    const frame = encode(message);
    const half = frame.length >> 1;
    expect(decodeParts([frame.subarray(0, half), frame.subarray(half)])).toEqual([
      { message, payload: new Uint8Array(0) },
    ]);
  });

  test("refuses a length of nothing and one above the limit before the header comes", () => {
    for (const length of [0, MAX_HEADER_BYTES + 1, 0x7fff_ffff, 0xffff_ffff, 0x4745_5420]) {
      const decoder = new FrameDecoder(nothing);
      expect(() => decoder.push(prefix(length))).toThrow(
        new ProtocolError(`a header of ${length} bytes, where 1 to ${MAX_HEADER_BYTES} are allowed`),
      );
    }
    expect(() => new FrameDecoder(nothing).push(prefix(MAX_HEADER_BYTES))).not.toThrow();
  });

  test("refuses garbage", () => {
    const decoder = new FrameDecoder(nothing);
    expect(() => decoder.push(Buffer.from("GET / HTTP/1.1\r\n\r\n"))).toThrow(ProtocolError);
  });

  test("hands views of a payload on, without copying", () => {
    const bytes = Buffer.concat([encode({ type: "block", request: 1, payload: 3 }), Buffer.from([1, 2, 3])]);
    const seen: Uint8Array[] = [];
    new FrameDecoder({ message() {}, payload: (_message, part) => seen.push(part) }).push(bytes);
    expect(seen.map(({ buffer }) => buffer)).toEqual([bytes.buffer]);
  });

  test("says nothing more once it was stopped, even in the middle of a push", () => {
    const seen: string[] = [];
    const decoder = new FrameDecoder({
      message(message) {
        seen.push(message.type);
        decoder.stop();
      },
      payload: () => seen.push("payload"),
    });
    decoder.push(
      Buffer.concat([encode({ type: "block", request: 1, payload: 2 }), Buffer.from([1, 2]), encode({ type: "ping" })]),
    );
    decoder.push(encode({ type: "ping" }));
    expect(seen).toEqual(["block"]);
  });
});
