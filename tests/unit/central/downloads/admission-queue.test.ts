import { expect, test } from "bun:test";
import { AdmissionQueue } from "../../../../src/central/downloads/admission-queue.ts";

function request(download: string, session = 1, size = 1000) {
  return { download, session, client: "ana", name: "f", id: "1", size };
}

function positions(admission: AdmissionQueue, now = 0) {
  return admission.queue(now).map(({ entry, position, estimate }) => [entry.download, position, estimate]);
}

test("without a limit nobody waits", () => {
  const admission = new AdmissionQueue(0);
  for (const name of ["a", "b", "c"]) expect(admission.admit(request(name), false, 0)).toBe(true);
  expect([admission.activeCount, admission.waitingCount]).toEqual([3, 0]);
});

test("later ones wait and are promoted in their order", () => {
  const admission = new AdmissionQueue(2);
  const begun = ["a", "b", "c", "d", "e"].filter((name) => admission.admit(request(name), false, 0));
  expect(begun).toEqual(["a", "b"]);
  expect(positions(admission).map(([name, position]) => [name, position])).toEqual([
    ["c", 1],
    ["d", 2],
    ["e", 3],
  ]);
  expect(admission.promote(0)).toEqual([]);
  admission.finish("a", 10);
  admission.release("b");
  expect(admission.promote(10).map(({ download }) => download)).toEqual(["c", "d"]);
  expect(positions(admission).map(([name, position]) => [name, position])).toEqual([["e", 1]]);
});

test("a client that dies leaves its places, in the queue and out of it", () => {
  const admission = new AdmissionQueue(1);
  admission.admit(request("a", 1), false, 0);
  admission.admit(request("b", 2), false, 0);
  admission.admit(request("c", 1), false, 0);
  admission.admit(request("d", 3), false, 0);
  admission.releaseSession(1);
  expect(admission.promote(0).map(({ download }) => download)).toEqual(["b"]);
  expect(positions(admission).map(([name, position]) => [name, position])).toEqual([["d", 1]]);
  admission.releaseSession(3);
  admission.release("nobody");
  expect(admission.waitingCount).toBe(0);
});

test("one that runs already goes on whatever the limit, and nobody is promoted into its place", () => {
  const admission = new AdmissionQueue(1);
  admission.admit(request("a"), false, 0);
  admission.admit(request("b"), false, 0);
  expect(admission.admit(request("c"), true, 0)).toBe(true);
  expect(admission.activeCount).toBe(2);
  admission.release("a");
  expect(admission.promote(0)).toEqual([]);
  admission.release("c");
  expect(admission.promote(0).map(({ download }) => download)).toEqual(["b"]);
});

test("a client that connects again keeps its place, and its old session takes nothing with it", () => {
  const admission = new AdmissionQueue(1);
  admission.admit(request("a", 1), false, 0);
  admission.progress("a", 500, [], 0);
  for (const [name, session] of [
    ["b", 2],
    ["c", 3],
  ] as const)
    admission.admit(request(name, session), false, 0);
  expect(admission.admit(request("b", 9), false, 50)).toBe(false);
  expect(admission.admit(request("a", 8), false, 50)).toBe(true);
  admission.releaseSession(1);
  admission.releaseSession(2);
  expect(admission.find("a")).toMatchObject({ session: 8, startedAt: 0, bytes: 500 });
  expect(positions(admission).map(([name, position]) => [name, position])).toEqual([
    ["b", 1],
    ["c", 2],
  ]);
  expect(admission.admit(request("c", 3), true, 60)).toBe(true);
  expect(admission.waitingCount).toBe(1);
});

test("estimates follow the progress, then what downloads took lately; none before that is known", () => {
  const admission = new AdmissionQueue(2);
  for (const name of ["a", "b", "c", "d", "e"]) admission.admit(request(name), false, 0);
  expect(positions(admission, 0)[0]).toEqual(["c", 1, null]);
  admission.progress("a", 500, [], 0);
  expect(positions(admission, 10_000)[0]).toEqual(["c", 1, null]);
  admission.progress("b", 250, [], 0);
  expect(positions(admission, 10_000)).toEqual([
    ["c", 1, 10],
    ["d", 2, 30],
    ["e", 3, 40],
  ]);
  expect(admission.positionOf("d", 10_000)).toEqual({ position: 2, estimate: 30 });
  expect(admission.positionOf("a", 10_000)).toBeNull();
  admission.finish("a", 20_000);
  admission.promote(20_000);
  admission.progress("b", 500, [], 0);
  expect(positions(admission, 20_000)).toEqual([
    ["d", 1, 20],
    ["e", 2, 20],
  ]);
  admission.progress("b", 99_999, [], 0);
  expect(admission.find("b")?.bytes).toBe(1000);
  expect(positions(admission, 20_000)[0]).toEqual(["d", 1, 0]);
});

test("more downloads than the limit must end before the first has its turn", () => {
  const admission = new AdmissionQueue(1);
  admission.admit(request("a"), false, 0);
  admission.admit(request("b"), true, 0);
  admission.admit(request("c"), false, 0);
  admission.progress("a", 500, [], 0);
  admission.progress("b", 100, [], 0);
  expect(positions(admission, 1000)).toEqual([["c", 1, 9]]);
});

test("the download that ends first makes room first, whichever began first", () => {
  const admission = new AdmissionQueue(3);
  for (const name of ["a", "b", "c", "d", "e", "f"]) admission.admit(request(name), false, 0);
  for (const [name, bytes] of [
    ["a", 100],
    ["b", 500],
    ["c", 250],
  ] as const)
    admission.progress(name, bytes, [], 0);
  expect(positions(admission, 10_000).map(([, , estimate]) => estimate)).toEqual([10, 30, 90]);
});

test("what has just begun has no estimate, unless others have finished", () => {
  const admission = new AdmissionQueue(1);
  admission.admit(request("a"), false, 1000);
  admission.admit(request("b"), false, 1000);
  admission.progress("a", 500, [], 0);
  expect(positions(admission, 1000)).toEqual([["b", 1, null]]);
  admission.finish("a", 3000);
  admission.promote(3000);
  admission.admit(request("c"), false, 3000);
  admission.progress("b", 500, [], 0);
  expect(positions(admission, 3000)).toEqual([["c", 1, 2]]);
});

test("a download that takes longer than those before it makes the estimates longer, by its weight in the average", () => {
  const admission = new AdmissionQueue(1);
  for (const name of ["a", "b", "c", "d"]) admission.admit(request(name), false, 0);
  admission.finish("a", 10_000);
  admission.promote(10_000);
  admission.finish("b", 30_000);
  admission.promote(30_000);
  expect(positions(admission, 30_000)).toEqual([["d", 1, 13]]);
});

test("there are so many downloads in all, whoever has them", () => {
  const queue = new AdmissionQueue(1);
  for (let session = 0; session < 66; session++) {
    for (let count = 0; count < 993; count++) {
      const download = `${session}/${count}`;
      if (queue.mayAdd(session, download))
        queue.admit({ download, session, client: "c", name: "f", id: "1", size: 1 }, false, 0);
    }
  }
  expect(queue.activeCount + queue.waitingCount).toBe(65_536);
  expect([queue.mayAdd(70, "new"), queue.mayAdd(70, "0/0")]).toEqual([false, true]);
  queue.releaseSession(3);
  expect(queue.mayAdd(70, "new")).toBe(true);
});

test("the rate is told from two reports on and follows them, and who delivers is as the last one says", () => {
  const admission = new AdmissionQueue(0);
  admission.admit(request("a", 1, 100_000), false, 0);
  const shown = () => [admission.find("a")?.rate, admission.find("a")?.sources];
  expect(shown()).toEqual([null, []]);
  // What it had before it began is no rate.
  admission.progress("a", 50_000, [1], 2000);
  expect(shown()).toEqual([null, [1]]);
  admission.progress("a", 52_000, [1, 2], 4000);
  expect(shown()).toEqual([1000, [1, 2]]);
  admission.progress("a", 58_000, [2], 6000);
  expect(shown()).toEqual([2000, [2]]);
  admission.admit(request("a", 2, 100_000), true, 7000);
  expect(shown()).toEqual([2000, [2]]);
  for (const now of [8000, 8000, 10_000]) admission.progress("a", 58_000, [], now);
  expect(shown()).toEqual([500, []]);
});
