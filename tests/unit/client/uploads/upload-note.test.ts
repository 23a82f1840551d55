import { afterEach, expect, test } from "bun:test";
import { CentralUnreachable } from "../../../../src/client/central-errors.ts";
import { UploadLost } from "../../../../src/client/uploads/upload-lost.ts";
import { type UploadStanding, uploadNote } from "../../../../src/client/uploads/upload-note.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import { speak } from "../../../../src/text/texts.ts";

const SENDING: UploadStanding = { step: "sending", failure: null, secondary: 2, waitsFor: null };
const LOST = new UploadLost("the peer closed");
const AWAY = new CentralUnreachable("gone");

afterEach(() => speak("en"));

test.each<[string, string, Partial<UploadStanding>]>([
  ["being read", "leyendo", { step: "reading", secondary: null }],
  ["asking the central", "preguntando al central", { step: "placing", secondary: null }],
  ["sending", "enviando", {}],
  ["being checked there", "se comprueba allí", { step: "publishing" }],
  ["waiting for the central to see it", "esperando a que el central lo vea", { step: "published" }],
  ["waiting for secondary 2", "esperando al secundario 2", { waitsFor: "secondary" }],
  ["held back by a limit", "a la espera por un límite", { waitsFor: "limit" }],
  ["waiting for secondary 2", "esperando al secundario 2", { step: "placing", failure: LOST }],
  ["waiting for secondary 2", "esperando al secundario 2", { failure: AWAY, waitsFor: "secondary" }],
  ["waiting for the central", "esperando al central", { step: "placing", failure: AWAY }],
  ["waiting: 32 come", "en espera: 32 come", { failure: new PeerError("busy", "32 come") }],
])("an upload says what it does, or waits for: %s", (english, spanish, changes) => {
  expect(uploadNote({ ...SENDING, ...changes })).toBe(english);
  speak("es");
  expect(uploadNote({ ...SENDING, ...changes })).toBe(spanish);
});
