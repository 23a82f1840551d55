import { describe, expect, test } from "bun:test";
import {
  decideClaim,
  decodeMarker,
  encodeMarker,
  type FolderClaim,
  type FolderState,
} from "../../../../src/secondary/folder/marker.ts";

const MINE = "1".repeat(32);
const OTHER = "2".repeat(32);

const KNOWN: FolderClaim = { number: 1, id: MINE, records: true, adopt: false };
const NEW: FolderClaim = { number: 1, id: null, records: false, adopt: false };
/** From a time before there were markers. */
const OLD: FolderClaim = { ...NEW, records: true };

const nothing: FolderState = { kind: "nothing" };
const empty: FolderState = { kind: "unmarked", familiar: false, damaged: false };
const familiar: FolderState = { ...empty, familiar: true };
const damaged: FolderState = { ...empty, damaged: true };
const marked = (id: string, number: number, inUse = false): FolderState => ({
  kind: "marked",
  marker: { id, number },
  inUse,
});

function decision(found: FolderState, claim: FolderClaim): string {
  const { kind, ...more } = decideClaim("/share", found, claim);
  return "anew" in more && more.anew ? `${kind} anew` : kind;
}

describe("a folder", () => {
  test.each<[string, FolderState, FolderClaim, string]>([
    ["with the own marker is used", marked(MINE, 1), KNOWN, "use"],
    ["of a lost database of this number is used", marked(OTHER, 1), NEW, "use"],
    ["of another number is refused", marked(OTHER, 2), NEW, "refuse"],
    ["of another time of the same number is refused", marked(OTHER, 1), KNOWN, "refuse"],
    ["that a live process shares is refused", marked(MINE, 1, true), KNOWN, "refuse"],
    ["that was never shared is marked", empty, NEW, "mark"],
    ["that is not there is made at the first start", nothing, NEW, "mark"],
    ["that is not there is waited for", nothing, KNOWN, "wait"],
    ["that is an empty mount point is waited for", empty, KNOWN, "wait"],
    ["that is an empty mount point is waited for after an upgrade", empty, OLD, "wait"],
    ["that was marked and held nothing is waited for", empty, { ...KNOWN, records: false }, "wait"],
    ["of a time before markers is marked", familiar, OLD, "mark"],
    ["that has lost its marker, and nothing else, is marked", familiar, KNOWN, "mark"],
    ["with a damaged marker and nothing familiar is waited for", damaged, KNOWN, "wait"],
  ])("%s", (_what, found, claim, expected) => {
    expect(decision(found, claim)).toBe(expected);
  });

  test.each<[string, FolderState, FolderClaim, string]>([
    ["an empty one, as another than before", empty, KNOWN, "mark anew"],
    ["one that is not there, as another than before", nothing, KNOWN, "mark anew"],
    ["another secondary's, as another than before", marked(OTHER, 2), KNOWN, "mark anew"],
    ["its own, as it is", marked(MINE, 1), KNOWN, "use"],
    ["none that a live process shares", marked(OTHER, 2, true), KNOWN, "refuse"],
  ])("that the user wants adopted: %s", (_what, found, claim, expected) => {
    expect(decision(found, { ...claim, adopt: true })).toBe(expected);
  });
});

test("a marker is read as it was written, and what is none is none", () => {
  const bytes = encodeMarker({ id: MINE, number: 7 });
  expect(decodeMarker(bytes)).toEqual({ id: MINE, number: 7 });
  for (const other of [
    new Uint8Array(0),
    new Uint8Array(bytes.length),
    bytes.subarray(0, -3),
    Buffer.from('{"format":1,"id":"x","number":1}'),
    Buffer.from("null"),
  ]) {
    expect(decodeMarker(other)).toBeNull();
  }
});
