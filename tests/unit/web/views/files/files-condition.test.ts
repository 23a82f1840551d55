import { expect, test } from "bun:test";
import type { SecondaryAnswer } from "../../../../../src/http/api/central-answers.ts";
import { withSecondaries, withStatus } from "../../../../../src/web/store/answers.ts";
import { INITIAL_STATE } from "../../../../../src/web/store/page-state.ts";
import { dangerOf } from "../../../../../src/web/views/files/danger.ts";
import { filesCondition } from "../../../../../src/web/views/files/files-condition.ts";
import { playableAs } from "../../../../../src/web/views/files/playable.ts";
import { STATUS, secondary } from "../../store/samples.ts";

const http = { host: "h", port: 8081, tls: false };
const conditionOf = (files: number, secondaries: readonly SecondaryAnswer[]) =>
  filesCondition(withSecondaries(withStatus(INITIAL_STATE, { ...STATUS, files }), secondaries));

test("what people must know before they look for a file", () => {
  expect(filesCondition(INITIAL_STATE)).toBe("unknown");
  expect(conditionOf(0, [])).toBe("nothing shared");
  expect(conditionOf(3, [])).toBe("no server");
  expect(conditionOf(3, [secondary(1, "lost"), secondary(2, "disk missing")])).toBe("no server");
  expect(conditionOf(0, [secondary(1)])).toBe("no files");
  expect(conditionOf(3, [secondary(1), { ...secondary(2, "lost"), http }])).toBe("no http");
  expect(conditionOf(3, [secondary(1), { ...secondary(2, "copying"), http }])).toBe("fine");
});

test("without the central nobody says that nothing is shared, that there are no files, or that no server is there", () => {
  const away = { ...STATUS, role: "client", serving: false, missing: "gone", lacks: { kind: "central" } } as const;
  for (const files of [0, 3]) {
    for (const secondaries of [[], [secondary(1)], [secondary(1, "lost")]]) {
      const state = withSecondaries(withStatus(INITIAL_STATE, { ...away, files }), secondaries);
      expect(filesCondition(state)).toBe("no central");
    }
  }
});

test("too few servers hold something: none, or one of several", () => {
  expect([dangerOf(0, 0), dangerOf(0, 3), dangerOf(1, 1), dangerOf(1, 2), dangerOf(2, 3)]).toEqual([
    "none",
    "none",
    null,
    "one",
    null,
  ]);
});

test("what browsers play, by its name", () => {
  expect(["a/b.MKV", "b.mp3", "c.txt", "mp4", ".mp4", "a.mp4/b"].map(playableAs)).toEqual([
    "video",
    "audio",
    null,
    null,
    "video",
    null,
  ]);
});
