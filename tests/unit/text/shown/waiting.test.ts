import { afterEach, expect, test } from "bun:test";
import type { Hindrance } from "../../../../src/protocol/shown/hindrance.ts";
import { waitingNote } from "../../../../src/text/shown/waiting.ts";
import { speak } from "../../../../src/text/texts.ts";

afterEach(() => speak("en"));

test.each<[string, string, Hindrance]>([
  ["waiting for a secondary", "esperando a un secundario", { kind: "sources", numbers: [] }],
  ["waiting for secondary 2", "esperando al secundario 2", { kind: "sources", numbers: [2] }],
  ["waiting for secondaries 1, 2, 3", "esperando a los secundarios 1, 2, 3", { kind: "sources", numbers: [1, 2, 3] }],
  ["waiting for 4 secondaries", "esperando a 4 secundarios", { kind: "sources", numbers: [1, 2, 3, 4] }],
  ["held back by a limit", "a la espera por un límite", { kind: "limit" }],
  ["waiting for its reader", "esperando a quien lee", { kind: "reader" }],
  ["checking what is there", "comprobando lo que hay", { kind: "disk" }],
])("what is waited for is named in a few words: %s", (english, spanish, awaited) => {
  expect(waitingNote(awaited)).toBe(english);
  speak("es");
  expect(waitingNote(awaited)).toBe(spanish);
});
