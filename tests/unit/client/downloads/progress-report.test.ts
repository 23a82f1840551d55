import { expect, test } from "bun:test";
import { ProgressReport } from "../../../../src/client/downloads/progress-report.ts";
import { MAX_SOURCES } from "../../../../src/protocol/limits.ts";

const sources = (...bytes: readonly number[]) =>
  bytes.map((each, index) => ({ number: index + 1, address: "h:1", bytes: each }));

test("the sources of a download are those that have sent something since it was told last", () => {
  const report = new ProgressReport();
  expect(report.next({ doneBytes: 0, sources: sources(0, 0) })).toEqual({ bytes: 0, sources: [] });
  expect(report.next({ doneBytes: 5, sources: sources(5, 0) })).toEqual({ bytes: 5, sources: [1] });
  expect(report.next({ doneBytes: 8, sources: sources(5, 3) })).toEqual({ bytes: 8, sources: [2] });
  expect(report.next({ doneBytes: 8, sources: sources(5, 3) })).toEqual({ bytes: 8, sources: [] });
  expect(report.next({ doneBytes: 10, sources: sources(6, 4) })).toEqual({ bytes: 10, sources: [1, 2] });
});

test("very many sources are not all named", () => {
  const all = sources(...Array.from({ length: MAX_SOURCES + 1 }, () => 1));
  expect(new ProgressReport().next({ doneBytes: 9, sources: all }).sources).toHaveLength(MAX_SOURCES);
});
