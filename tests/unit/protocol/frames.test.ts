import { describe, expect, test } from "bun:test";
import { encode, PREFIX_BYTES } from "../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { FrameDecoder } from "../../../src/protocol/frames.ts";
import { MAX_HEADER_BYTES } from "../../../src/protocol/limits.ts";
import { decodeParts } from "../../support/frame-log.ts";
import { largestMessage, samples } from "../../support/samples.ts";

const nothing = { message() {}, payload() {} };

function* single(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let place = 0; place < bytes.length; place++) yield bytes.slice(place, place + 1);
}

/** Parts that are there until the next one is asked for. */
function* vanishing(parts: readonly Uint8Array[]): Iterable<Uint8Array> {
  for (const part of parts) {
    const copy = new Uint8Array(part);
    yield copy;
    copy.buffer.transfer(0);
  }
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

  test("keeps nothing of the memory of what it is given", () => {
    const bytes = Buffer.concat(samples.flatMap(({ message, payload }) => [encode(message), payload]));
    for (const step of [1, 7, 100, bytes.length]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) =>
        bytes.subarray(index * step, (index + 1) * step),
      );
      expect(decodeParts(vanishing(parts))).toEqual([...samples]);
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

  test("has no room for a header before its bytes come", () => {
    const decoders = Array.from({ length: 4000 }, () => new FrameDecoder(nothing));
    const before = process.memoryUsage().arrayBuffers;
    for (const decoder of decoders) decoder.push(Buffer.concat([prefix(MAX_HEADER_BYTES), Buffer.alloc(100)]));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
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

  test("gathers a payload in one place, whoever puts the bytes there", () => {
    const payload = Uint8Array.from({ length: 10 }, (_, index) => index);
    const frame = Buffer.concat([encode({ type: "block", request: 1, payload: 10 }), payload]);
    const rest = frame.length - payload.length;
    const place = new Uint8Array(10);
    const seen: [number[], number][] = [];
    const decoder = new FrameDecoder({
      message() {},
      payloadBuffer: () => place,
      payload(_message, part, left) {
        expect(part.buffer).toBe(place.buffer);
        seen.push([[...part], left]);
      },
    });
    expect(decoder.nextBuffer()).toBeNull();
    decoder.push(frame.subarray(0, rest + 3));
    decoder.nextBuffer()?.set(payload.subarray(3, 7));
    decoder.bufferFilled(4);
    expect(decoder.nextBuffer()).toHaveLength(3);
    decoder.push(Buffer.concat([payload.subarray(7), encode({ type: "ping" })]));
    expect(place).toEqual(payload);
    expect(seen).toEqual([
      [[0, 1, 2], 7],
      [[3, 4, 5, 6], 3],
      [[7, 8, 9], 0],
    ]);
    expect(decoder.nextBuffer()).toBeNull();
  });

  test("puts nothing anywhere once it was stopped", () => {
    const place = new Uint8Array(4);
    const decoder = new FrameDecoder({ message() {}, payloadBuffer: () => place, payload: () => decoder.stop() });
    const frame = encode({ type: "block", request: 1, payload: 4 });
    decoder.push(Buffer.concat([frame, Buffer.from([1, 2])]));
    expect(decoder.nextBuffer()).toBeNull();
    decoder.push(Buffer.from([3, 4]));
    decoder.bufferFilled(2);
    expect([...place]).toEqual([1, 2, 0, 0]);
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
