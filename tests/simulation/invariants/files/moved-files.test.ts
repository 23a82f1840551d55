import { afterEach, beforeEach, expect, test } from "bun:test";
import { SHARED_FOLDER } from "../../cluster/servers/sim-secondary.ts";
import { SimCluster } from "../../cluster/sim-cluster.ts";
import { Simulation } from "../../world/simulation.ts";
import { movedFiles } from "./moved-files.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };

let cluster: SimCluster;
beforeEach(() => {
  cluster = new SimCluster(new Simulation(1), SHAPE);
});
afterEach(() => cluster.release());

/** What is said in the end of a file that was moved from a to b and that the program has lost, after something else. */
function saidOf(then: (id: string) => void, isDone = true, before: () => void = () => {}): string[] {
  const details: string[] = [];
  const { atEnd } = movedFiles.watch(cluster, (text) => details.push(text));
  const { users, moves } = cluster;
  const bytes = users.newContent(10);
  users.put(cluster.secondary(1), "a", bytes, "by rename");
  const id = users.filesOf(cluster.secondary(1)).idOf("a") ?? "";
  before();
  users.versions.found("b", id);
  const removal = users.versions.beginRemoval("a", id);
  moves.all.push({ from: "a", to: "b", id, removal, isDone });
  const { disk } = cluster.secondary(1).machine;
  if (disk.user.file(`${SHARED_FOLDER}/a`))
    disk.as({ kind: "process", name: "s1" }, () => disk.calls.unlink(`${SHARED_FOLDER}/a`));
  then(id);
  atEnd?.();
  return details;
}

test("what was moved is in some folder", () => {
  expect(saidOf(() => {})).toEqual([
    expect.stringMatching(/^[0-9a-f]{8}, which was moved from a to b, is in no folder$/),
  ]);
});

test("it may have another name, at whatever secondary", () => {
  const copy = (id: string) => {
    const { bytes } = cluster.users.contents.known.get(id) ?? {};
    if (bytes) cluster.secondary(2).machine.disk.user.write(`${SHARED_FOLDER}/b.conflict`, bytes);
  };
  expect(saidOf(copy)).toEqual([]);
});

test("it may be gone where the central has not stored the move, or somebody has removed or replaced it since", () => {
  const { users } = cluster;
  expect(saidOf(() => {}, false)).toEqual([]);
  expect(saidOf((id) => users.versions.beginRemoval("b", id))).toEqual([]);
  expect(saidOf(() => users.put(cluster.secondary(2), "b", users.newContent(9), "by rename"))).toEqual([]);
});

test("it may be gone where somebody has deleted the only one before the central knew of that", () => {
  expect(
    saidOf(
      () => {},
      true,
      () => cluster.users.delete(cluster.secondary(1), "a"),
    ),
  ).toEqual([]);
});

test("where somebody has deleted one of two before, the other one is there", () => {
  const [first, second] = [cluster.secondary(1), cluster.secondary(2)];
  const deleted = () => {
    cluster.users.put(second, "a", cluster.users.filesOf(first).read("a") ?? new Uint8Array(0), "by rename");
    cluster.users.delete(first, "a");
  };
  const lost = () => {
    const { disk } = second.machine;
    disk.as({ kind: "process", name: "s2" }, () => disk.calls.unlink(`${SHARED_FOLDER}/a`));
  };
  expect(saidOf(lost, true, deleted)).toHaveLength(1);
});
