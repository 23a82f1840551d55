import { expect, test } from "bun:test";
import { AnnouncedDigests } from "../../../../src/secondary/digests/announced-digests.ts";

test("what another secondary announced is compared once with what is made here, and a difference is told", () => {
  const told: string[] = [];
  const announced = new AnnouncedDigests({ error: (event, message) => void told.push(`${event}: ${message}`) });
  announced.add([
    { id: "1", sha256: "aa" },
    { id: "2", sha256: "bb" },
    { id: "3", sha256: null },
  ]);
  announced.made("film", "1", "aa");
  announced.made("book", "2", "cc");
  announced.made("book", "2", "cc");
  announced.made("song", "3", "dd");
  expect(told).toHaveLength(1);
  expect(told[0]).toContain("digest-mismatch: another secondary announces the SHA-256 bb of book");
  expect(told[0]).toContain("have cc");
});

test("of so many announcements the oldest are forgotten", () => {
  const told: string[] = [];
  const announced = new AnnouncedDigests({ error: (event) => void told.push(event) });
  announced.add(Array.from({ length: 100_001 }, (_, index) => ({ id: String(index), sha256: "aa" })));
  announced.made("film", "0", "bb");
  expect(told).toEqual([]);
  announced.made("film", "1", "bb");
  expect(told).toEqual(["digest-mismatch"]);
});
