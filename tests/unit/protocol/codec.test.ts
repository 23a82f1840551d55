import { describe, expect, test } from "bun:test";
import { Packr } from "msgpackr/pack";
import { decode, encode, PREFIX_BYTES } from "../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { MAX_HEADER_BYTES, MAX_SMALL_HEADER_BYTES } from "../../../src/protocol/limits.ts";
import { MESSAGE_RULES } from "../../../src/protocol/message-rules.ts";
import { type MessageType, schemas } from "../../../src/protocol/messages/messages.ts";
import { largestMessage, samples } from "../../support/samples.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** What a header is refused with; null when it is taken. */
function refusal(header: Uint8Array): string | null {
  try {
    decode(header);
    return null;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.message;
  }
}

function refusalOf(value: unknown): string | null {
  return refusal(packr.pack(value));
}

/** A header by hand: the pairs of a map, packed one after the other. */
function map(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const bytes = parts.map((part) => (part instanceof Uint8Array ? part : packr.pack(part)));
  return Buffer.concat([Buffer.from([0x80 + parts.length / 2]), ...bytes]);
}

function unique(): string {
  return "0".repeat(32);
}

describe("encode and decode", () => {
  test("give the same message back", () => {
    for (const { message } of samples) {
      const frame = encode(message);
      expect(new DataView(frame.buffer).getUint32(0)).toBe(frame.length - PREFIX_BYTES);
      expect(decode(frame.subarray(PREFIX_BYTES))).toEqual(message);
    }
  });

  test.each(Object.keys(schemas) as MessageType[])("the largest %s fits into a header", (type) => {
    const message = largestMessage(type);
    const frame = encode(message);
    expect(frame.length - PREFIX_BYTES).toBeLessThanOrEqual(MAX_HEADER_BYTES);
    expect(decode(frame.subarray(PREFIX_BYTES))).toEqual(message);
  });
});

test("a server takes the largest message of each type that may come to it", () => {
  for (const [type, { from, to, states }] of Object.entries(MESSAGE_RULES)) {
    const registered = from.join() === "secondary" && to.join() === "central" && states.join() === "open";
    if (registered || !from.some((role) => role !== "central") || !to.some((role) => role !== "client")) continue;
    // What only a server sends, to who has connected to it.
    if (from.join() === "secondary" && to.includes("client")) continue;
    const bytes = encode(largestMessage(type as MessageType)).length - PREFIX_BYTES;
    expect({ type, fits: bytes <= MAX_SMALL_HEADER_BYTES, bytes }).toEqual({ type, fits: true, bytes });
  }
});

describe("decode refuses", () => {
  test("every truncation of a header, and bytes after it", () => {
    const header = encode({
      type: "granted",
      download: unique(),
      name: "a/b",
      id: "a".repeat(64),
      size: 3,
      modified: 0,
      blake3: null,
      sha256: null,
    }).subarray(PREFIX_BYTES);
    for (let length = 0; length < header.length; length++) {
      expect(refusal(header.slice(0, length))).not.toBeNull();
    }
    expect(refusal(Buffer.concat([header, Buffer.from([0xc0])]))).toContain("after its map");
  });

  test("what is no map", () => {
    for (const value of [null, 1, "ping", ["ping"], true, 1.5]) expect(refusalOf(value)).toContain("no map");
  });

  test("garbage, whatever it is", () => {
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second += 5) {
        expect(refusal(new Uint8Array([first, second, 0xa4, 0x74, 0x79, 0x70, 0x65, first]))).not.toBeNull();
      }
    }
  });

  test("nesting without end, in maps and in lists", () => {
    const lists = Buffer.concat([Buffer.from([0x81, 0xa1, 0x61]), Buffer.alloc(MAX_HEADER_BYTES - 3, 0x91)]);
    expect(refusal(lists)).toContain("nested deeper");
    const maps = Buffer.alloc(MAX_HEADER_BYTES - (MAX_HEADER_BYTES % 3));
    for (let place = 0; place < maps.length; place += 3) maps.set([0x81, 0xa1, 0x61], place);
    expect(refusal(maps)).toContain("nested deeper");
  });

  test("declared lengths that are not there, without taking memory for them", () => {
    for (const form of [0xdd, 0xdf, 0xdb, 0xc6]) {
      const value = new Uint8Array([form, 0xff, 0xff, 0xff, 0xff]);
      expect(refusal(map("type", value))).toContain("cut off");
    }
    expect(refusal(new Uint8Array([0xdf, 0xff, 0xff, 0xff, 0xff]))).not.toBeNull();
  });

  test("extension values: dates, sets, errors, expressions, records, bytes", () => {
    for (const value of [new Date(0), new Date(Number.NaN), new Error("x"), new Set(["a"]), /a/, new Uint8Array(3)]) {
      expect(refusalOf({ type: "error", code: "busy", message: value })).not.toBeNull();
      expect(refusalOf({ type: value })).not.toBeNull();
    }
    const record = [0xd4, 0x72, 0x40, 0x91, 0xa4, 0x74, 0x79, 0x70, 0x65, 0xa4, 0x70, 0x69, 0x6e, 0x67];
    expect(refusal(new Uint8Array(record))).not.toBeNull();
    expect(refusal(map("type", "ping", "x", new Uint8Array(record)))).toContain("extension");
    expect(refusal(map("type", "ping", "x", new Uint8Array([0xc1])))).toContain("extension");
  });

  test("a key that comes twice, however it is written, and keys that are no text", () => {
    expect(refusal(map("type", "ping", "type", "pong"))).toContain("twice");
    const long = new Uint8Array([0xd9, 4, 0x74, 0x79, 0x70, 0x65]);
    expect(refusal(map("type", "ping", long, "pong"))).toContain("twice");
    expect(refusal(map(1, "ping"))).toContain("no text");
  });

  test("types that are unknown, inherited or no text", () => {
    for (const type of ["nothing", "", "toString", "__proto__", "constructor"]) {
      expect(refusalOf({ type })).toContain("unknown message type");
    }
    for (const type of [1, null, true, ["ping"], { toString: 1 }]) {
      expect(refusalOf({ type })).toContain("unknown message type");
    }
    expect(refusalOf({})).toContain("unknown message type");
  });

  test("numbers that are none, or out of range", () => {
    const numbers = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      0.5,
      2 ** 32,
      2n ** 63n,
      "1",
      null,
    ];
    for (const request of numbers) expect(refusalOf({ type: "status", request })).toContain("request");
    expect(refusalOf({ type: "piece", request: 0, id: "a".repeat(64), piece: 16_384 })).toContain("piece");
    expect(refusalOf({ type: "block", request: 0, payload: MAX_HEADER_BYTES + 1 })).toContain("payload");
    expect(refusalOf({ type: "progress", download: unique(), bytes: 2 ** 53, sources: [] })).toContain("bytes");
  });

  test("ids that are not what ids look like", () => {
    for (const id of ["A".repeat(64), "a".repeat(63), "a".repeat(65), `${"a".repeat(63)}\n`, "g".repeat(64), ""]) {
      expect(refusalOf({ type: "manifest", request: 0, id })).toContain("id");
    }
  });

  test("names that are none, and lists that are too long", () => {
    expect(refusalOf({ type: "withdraw", names: ["../a"] })).toContain("names");
    expect(refusalOf({ type: "withdraw", names: new Array(257).fill("a") })).toContain("names");
    expect(refusalOf({ type: "enter", name: "" })).toContain("name");
    expect(refusalOf({ type: "enter", name: "a\u0000" })).toContain("name");
    expect(refusalOf({ type: "enter", name: "a".repeat(101) })).toContain("name");
  });

  test("a field that is missing, with its name", () => {
    expect(refusalOf({ type: "manifest", request: 0 })).toContain("manifest: id");
  });
});

describe("decode takes", () => {
  test("integers in every format", () => {
    const forms = [[5], [0xcc, 5], [0xcd, 0, 5], [0xce, 0, 0, 0, 5], [0xcf, 0, 0, 0, 0, 0, 0, 0, 5], [0xd0, 5]];
    const floats = [
      [0xca, 0x40, 0xa0, 0, 0],
      [0xcb, 0x40, 0x14, 0, 0, 0, 0, 0, 0],
    ];
    for (const form of [...forms, ...floats]) {
      expect(decode(map("type", "status", "request", new Uint8Array(form)))).toEqual({ type: "status", request: 5 });
    }
  });

  test("unknown fields, and drops them", () => {
    const value = JSON.parse('{"type":"ping","later":{"a":[1]},"__proto__":{"request":1}}');
    expect(decode(packr.pack(value))).toEqual({ type: "ping" });
    expect(({} as { request?: number }).request).toBeUndefined();
  });

  test("a sentence, but not what would command a terminal", () => {
    const taken = decode(packr.pack({ type: "error", code: "busy", message: "\u001b[2Jgone\r\n\u2028é" }));
    expect(taken).toEqual({ type: "error", code: "busy", message: "\ufffd[2Jgone\ufffd\ufffd\ufffdé" });
    expect(refusalOf({ type: "status", request: "\u001b[2J" })).not.toContain("\u001b");
    expect(refusalOf({ type: "\u001b[2J" })).not.toContain("\u001b");
  });
});
