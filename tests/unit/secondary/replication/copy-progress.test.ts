import { expect, test } from "bun:test";
import { describeProgress } from "../../../../src/secondary/replication/copy-progress.ts";
import { MIB } from "../../../support/files.ts";

const COPY = { name: "film", size: 100 * MIB, doneBytes: 40 * MIB };

test("a copy tells how much of it is done, its rate and the time that is left", () => {
  expect(describeProgress({ ...COPY, rate: 10 * MIB })).toBe(
    "copying film: 40.0 MiB of 100.0 MiB, 10.0 MiB/s, 6.0 s left",
  );
});

test("no time is told where nothing comes", () => {
  expect(describeProgress({ ...COPY, rate: 0 })).toBe("copying film: 40.0 MiB of 100.0 MiB, 0 B/s");
});

test("a copy that stands still tells what it waits for, in the place of a rate", () => {
  const hindrance = { kind: "sources", numbers: [2] } as const;
  expect(describeProgress({ ...COPY, rate: 0, hindrance })).toBe(
    "copying film: 40.0 MiB of 100.0 MiB, waiting for secondary 2",
  );
});

test("a copy from this same disk has no rate", () => {
  expect(describeProgress({ ...COPY, rate: null })).toBe("copying film from what is here: 40.0 MiB of 100.0 MiB");
});
