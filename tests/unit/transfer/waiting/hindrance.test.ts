import { expect, test } from "bun:test";
import { hindranceOf, type Standing } from "../../../../src/transfer/waiting/hindrance.ts";

const GOING_ON: Standing = {
  ...{ known: [1, 2, 3], ready: [1, 2], asked: [2] },
  ...{ isSilent: false, noSourceReported: false, isBusyHere: false, isBlocked: false, isHeldBack: false },
};

test.each<[string, Partial<Standing>, ReturnType<typeof hindranceOf>]>([
  ["nothing while bytes come", {}, null],
  ["those that are asked, once they are silent", { isSilent: true }, { kind: "sources", numbers: [2] }],
  ["all that are ready, where none is asked", { isSilent: true, asked: [] }, { kind: "sources", numbers: [1, 2] }],
  ["nothing while they are connected to", { isSilent: true, ready: [], asked: [] }, null],
  [
    "all that are known, once none is there",
    { noSourceReported: true, ready: [], asked: [] },
    { kind: "sources", numbers: [1, 2, 3] },
  ],
  ["nothing, once one is there again", { noSourceReported: true }, null],
  ["who reads", { isSilent: true, isBlocked: true, isHeldBack: true }, { kind: "reader" }],
  ["a limit", { isSilent: true, isHeldBack: true }, { kind: "limit" }],
  ["the disk here", { isSilent: true, isBusyHere: true, ready: [], noSourceReported: true }, { kind: "disk" }],
  ["nothing while what is here was read for a moment", { isBusyHere: true, noSourceReported: true, ready: [] }, null],
])("a download waits for %s", (_what, changes, expected) => {
  expect(hindranceOf({ ...GOING_ON, ...changes })).toEqual(expected);
});
