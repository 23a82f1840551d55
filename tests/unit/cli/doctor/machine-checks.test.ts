import { expect, test } from "bun:test";
import { descriptorCheck, inotifyCheck, roomCheck } from "../../../../src/cli/doctor/machine-checks.ts";
import { GIB } from "../../../../src/platform/units.ts";
import { say } from "../../../../src/sentences/sentence.ts";
import { inEnglish } from "../../../support/in-english.ts";

test("descriptors: too few, few, enough", () => {
  expect([47, 48, 1023, 1024].map((limit) => descriptorCheck(limit).state)).toEqual([
    ...(["failed", "warning", "warning", "ok"] as const),
  ]);
  expect(inEnglish(descriptorCheck(40).advice)).toContain("ulimit -n");
});

test("inotify: the limit, and whether a folder can be watched now", () => {
  expect([8191, 8192, null].map((limit) => inotifyCheck(limit, null).state)).toEqual(["warning", "ok", "ok"]);
  const check = inotifyCheck(65_536, "all are taken");
  expect(inEnglish(check)).toMatchObject({ state: "failed", finding: "no folder can be watched here: all are taken" });
  expect(inEnglish(check.advice)).toContain("fs.inotify.max_user_watches");
});

test("room for downloads", () => {
  expect([0, GIB - 1, GIB, null].map((free) => roomCheck("films", free, null).state)).toEqual([
    ...(["failed", "warning", "ok", "ok"] as const),
  ]);
  expect(inEnglish(roomCheck("films", GIB, say("permission denied")))).toMatchObject({
    state: "failed",
    finding: "downloads cannot be written to films: permission denied",
  });
});
