import { expect, test } from "bun:test";
import { comeToRest } from "../../../scenario/rest.ts";
import { outsideOfPromises } from "../../../world/outside-of-promises.ts";
import { Simulation } from "../../../world/simulation.ts";
import { SimCluster } from "../../sim-cluster.ts";
import type { RunningPut } from "./client-uploads.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };
const KEYS = { holding: "credentials", aheadMs: [0, 0, 0, 0] } as const;
const MIB = 1024 * 1024;

/** A cluster in step, whose client puts a file; `meanwhile` sees to what happens then. */
function afterPut(
  meanwhile: (put: RunningPut, path: string, cluster: SimCluster) => void,
  {
    size = 2.5 * MIB,
    rights = "write",
    shape = SHAPE,
    isStream = false,
  }: { size?: number; rights?: "read" | "write"; shape?: object; isStream?: boolean } = {},
) {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, { ...SHAPE, ...shape });
    const { uploads, users, secondaries } = cluster;
    const client = cluster.client(1);
    try {
      cluster.start();
      sim.runUntil(5000);
      const path = uploads.makeFile(client, size) ?? "";
      const stream = { bytes: uploads.newBytes(size), blockBytes: 300_000, pauseMs: 20 };
      const source = isStream ? stream : path;
      const command = { name: "films/a", source, at: 1, waitMs: 30_000, rate: 2_000_000, rights };
      const put = uploads.put(client, command);
      if (!put) throw new Error("nothing was begun");
      meanwhile(put, path, cluster);
      const unrest = comeToRest(cluster);
      const held = secondaries.map((secondary) => [...users.filesOf(secondary).all().keys()]);
      const { state, finished, refusal, base } = put.upload;
      const { error = null, secondary, resumedBytes } = finished?.result ?? {};
      const versions = users.versions.expected().length;
      return { unrest, held, state, base, error, refusal, secondary, resumedBytes, versions };
    } finally {
      cluster.release();
    }
  });
}

test("what a client puts is a version that all have", async () => {
  expect(await afterPut(() => {})).toMatchObject({
    ...{ unrest: null, state: "done", base: null, error: null, secondary: 1, versions: 1 },
    held: [["films/a"], ["films/a"]],
  });
});

test("one that is stopped says so, and nothing is shared", async () => {
  const seen = await afterPut((put, _, { sim }) => {
    sim.runUntil(sim.now + 500);
    put.interrupt();
  });
  expect(seen).toMatchObject({ unrest: null, state: "failed", held: [[], []], versions: 0 });
  expect(seen.error).toContain("it was stopped");
});

test("one whose process is killed goes on when it is put again", async () => {
  let second: RunningPut | null = null;
  const seen = await afterPut((put, path, { sim, uploads, ...cluster }) => {
    sim.runUntil(sim.now + 6000);
    put.kill();
    sim.runUntil(sim.now + 1000);
    const client = cluster.clients[0];
    const command = { name: "films/a", source: path, at: 1, waitMs: 30_000, rate: 0, rights: "write" } as const;
    second = client ? uploads.put(client, command) : null;
  });
  expect(seen).toMatchObject({ unrest: null, state: "killed", held: [["films/a"], ["films/a"]] });
  const { result } = (second as RunningPut | null)?.upload.finished ?? {};
  expect(result?.event).toBe("done");
  expect(result?.resumedBytes).toBeGreaterThan(0);
});

test("a file that is changed while it is sent is put nowhere", async () => {
  const seen = await afterPut((_, path, { sim, uploads, clients: [client] }) => {
    sim.runUntil(sim.now + 500);
    if (client) uploads.change(client, path, 2.5 * MIB);
  });
  expect(seen).toMatchObject({ unrest: null, state: "failed", held: [[], []] });
  expect(seen.error).toContain("was changed while it was being sent");
});

test("with keys the right to write is needed", async () => {
  const seen = await afterPut(() => {}, { rights: "read", shape: { keys: KEYS } });
  expect(seen).toMatchObject({ state: "failed", held: [[], []] });
  expect(seen.refusal).toContain("has the right read");
  expect(await afterPut(() => {}, { shape: { keys: KEYS } })).toMatchObject({ state: "done", refusal: null });
});

test("what comes by stdin is a version that all have", async () => {
  const seen = await afterPut(() => {}, { isStream: true });
  expect(seen).toMatchObject({ unrest: null, state: "done", held: [["films/a"], ["films/a"]], versions: 1 });
});

test.each([100, 1000])("stdin that is stopped after %d ms is put nowhere", async (afterMs) => {
  const stop = (put: RunningPut, _: string, { sim }: SimCluster) => {
    sim.runUntil(sim.now + afterMs);
    put.interrupt();
  };
  const seen = await afterPut(stop, { isStream: true });
  expect(seen).toMatchObject({ unrest: null, state: "failed", held: [[], []] });
  expect(seen.refusal ?? seen.error).toContain("it was stopped");
});
