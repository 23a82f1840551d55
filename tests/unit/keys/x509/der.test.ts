import { expect, test } from "bun:test";
import { objectIdentifier, octetString, sequence, time, utf8String, valuesIn } from "../../../../src/keys/x509/der.ts";

test.each([
  [0, "0400"],
  [127, "047f"],
  [128, "048180"],
  [255, "0481ff"],
  [256, "04820100"],
  [70_000, "0483011170"],
])("%i bytes begin with %s", (length, head) => {
  const bytes = new Uint8Array(length).fill(7);
  const encoded = octetString(bytes);
  expect(encoded.toString("hex", 0, encoded.length - length)).toBe(head);
  expect(encoded.subarray(encoded.length - length)).toEqual(Buffer.from(bytes));
});

// The last is an example of X.690 (8.19.5).
test.each([
  ["2.5.29.17", "0603551d11"],
  ["1.3.101.112", "06032b6570"],
  ["1.3.6.1.4.1.311.21", "06082b06010401823715"],
  ["2.999.3", "0603883703"],
])("the object identifier %s is %s", (dotted, expected) => {
  expect(objectIdentifier(dotted).toString("hex")).toBe(expected);
});

test.each([
  [Date.UTC(2030, 0, 2, 3, 4, 5, 678), 0x17, "300102030405Z"],
  [Date.UTC(2049, 11, 31, 23, 59, 59), 0x17, "491231235959Z"],
  [Date.UTC(2050, 0, 1), 0x18, "20500101000000Z"],
])("the time %i is of kind %i, %s", (milliseconds, tag, text) => {
  const encoded = time(milliseconds);
  expect(encoded[0]).toBe(tag);
  expect(encoded.toString("ascii", 2)).toBe(text);
});

test("what a sequence holds is found again, whatever its length", () => {
  const values = [utf8String("a"), octetString(new Uint8Array(300)), sequence(), utf8String("ñ".repeat(100))];
  expect(valuesIn(sequence(...values))).toEqual(values);
  expect(valuesIn(sequence())).toEqual([]);
});
