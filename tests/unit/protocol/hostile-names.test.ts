import { expect, test } from "bun:test";
import { Packr } from "msgpackr/pack";
import { decode } from "../../../src/protocol/codec.ts";
import { ProtocolError } from "../../../src/protocol/errors.ts";
import { type MessageType, schemas } from "../../../src/protocol/messages/messages.ts";
import { largestMessage } from "../../support/samples.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** The file name in the largest message of each type. */
const SAMPLE = "n".repeat(1024);

/** Names that lead out of a folder, into what is hidden in it, or that command a terminal. */
const HOSTILE = [
  ...[
    "",
    "/",
    "//",
    ".",
    "..",
    "/etc/passwd",
    "../a",
    "a/..",
    "a/../../b",
    "a/./b",
    "a//b",
    "a/",
    ".redes/kept/a",
    "a/.b",
  ],
  ...["a\u0000", "\u0000", "a\u0000/../b", "a\nb", "a\u001b[2J", "a\u007f", "a\u009b2J", "a\u2028b", "n".repeat(1025)],
];

/** The value with another name in the place of one that is found in it, once for each such place. */
function replacements(value: unknown, name: string): unknown[] {
  if (value === SAMPLE) return [name];
  if (Array.isArray(value)) return replacements(value[0], name).map((item) => [item]);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) =>
    replacements(field, name).map((replaced) => ({ ...value, [key]: replaced })),
  );
}

function isRefused(message: unknown): boolean {
  try {
    decode(packr.pack(message));
    return false;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return true;
  }
}

const NAMING = (Object.keys(schemas) as MessageType[]).filter(
  (type) => replacements(largestMessage(type), "a").length > 0,
);

test("the orders of a central and the answers to a client are among the messages with names", () => {
  const orders: MessageType[] = ["listing", "granted", "fetch", "remove", "conflict", "restore", "kept", "sources"];
  expect(orders.filter((type) => !NAMING.includes(type))).toEqual([]);
  expect(replacements(largestMessage("conflict"), "a")).toHaveLength(2);
});

test.each(NAMING)("%s takes no name that leads out of a folder, wherever it has one", (type) => {
  for (const fine of ["a", "a/b", "CON", "aux.txt", "a\u202eb", "e\u0301", "n".repeat(256)]) {
    for (const message of replacements(largestMessage(type), fine))
      expect([fine, isRefused(message)]).toEqual([fine, false]);
  }
  for (const name of HOSTILE) {
    for (const message of replacements(largestMessage(type), name))
      expect([name, isRefused(message)]).toEqual([name, true]);
  }
});
