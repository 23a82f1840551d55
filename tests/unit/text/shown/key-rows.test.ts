import { expect, test } from "bun:test";
import type { KnownKey } from "../../../../src/protocol/messages/keys.ts";
import { endingLine, keyRows, revokedText } from "../../../../src/text/shown/key-rows.ts";

const FINGERPRINT = "f".repeat(64);
const UNTIL = Date.UTC(2030, 0, 2, 3);
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

function key(serial: number, more: Partial<KnownKey>): KnownKey {
  const nothing = {
    authority: null,
    role: null,
    number: null,
    name: null,
    rights: null,
    until: null,
    seen: null,
    revoked: null,
  };
  return { serial, fingerprint: FINGERPRINT, cluster: false, ...nothing, sessions: 0, ...more };
}

test("keys are listed by role, number and name, with what is known of each", () => {
  const rows = keyRows([
    key(1, { revoked: UNTIL }),
    key(2, { role: "client", name: "eva", rights: "admin", cluster: true, until: UNTIL, seen: UNTIL, sessions: 2 }),
    key(3, { role: "client", name: "ana", rights: "read", until: UNTIL, seen: UNTIL }),
    key(4, { role: "secondary", number: 10, until: UNTIL, sessions: 1 }),
    key(5, { role: "secondary", number: 9, until: UNTIL, sessions: 1 }),
  ]);
  const time = expect.stringMatching(TIME);
  expect(rows).toEqual([
    ["secondary 9", "", "2030-01-02", "now, 1 session", FINGERPRINT, ""],
    ["secondary 10", "", "2030-01-02", "now, 1 session", FINGERPRINT, ""],
    ["client ana", "read", "2030-01-02", time, FINGERPRINT, ""],
    ["client eva (cluster key)", "admin", "2030-01-02", "now, 2 sessions", FINGERPRINT, ""],
    ["never seen", "", "", "", FINGERPRINT, time],
  ]);
});

test("what came of revoking a key is told, and where the fingerprint may be wrong", () => {
  const texts = [
    { fault: null, seen: true, told: 1 },
    { fault: null, seen: false, told: 0 },
    { fault: "no", seen: false, told: 0 },
  ].map((revoked) => revokedText("f", revoked));
  const away = "those that are away are told when they come back";
  expect(texts).toEqual([
    `f is revoked, and 1 secondary told; ${away}`,
    `f is revoked, and 0 secondaries told; ${away}\nnobody has ever come to this central with it: is the fingerprint right?`,
    "f is not revoked: no",
  ]);
});

test("the end of a server's key is told", () => {
  expect([null, 3].map((number) => endingLine({ number, until: UNTIL }))).toEqual([
    "the key of the central ends on 2030-01-02: make a new one, see redes key --help",
    "the key of secondary 3 ends on 2030-01-02: make a new one, see redes key --help",
  ]);
});
