import { expect, test } from "bun:test";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { parsed } from "../../world/network/tls/chain.ts";
import { outsideOfPromises } from "../../world/outside-of-promises.ts";
import { EPOCH_MS } from "../../world/sim-process.ts";
import { Simulation } from "../../world/simulation.ts";
import type { ClientKey } from "../clients/downloads.ts";
import { SimCluster } from "../sim-cluster.ts";
import { clusterKey, credential } from "./certificates.ts";
import { type KeysShape, WRONG_SECONDARY_KEYS } from "./sim-keys.ts";

const SHAPE = { secondaries: 2, clients: 1, expected: 2, maxDownloads: 0, keepDays: 7 };
const IN_STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A cluster with keys that is in step, and has a file `a`. */
function inStep<T>(keys: KeysShape, work: (cluster: SimCluster) => T): Promise<T> {
  return outsideOfPromises(() => {
    const sim = new Simulation(1);
    const cluster = new SimCluster(sim, { ...SHAPE, keys });
    try {
      cluster.start();
      cluster.users.put(cluster.secondary(1), "a", new Uint8Array(1000), "by rename");
      sim.runUntil(IN_STEP_MS);
      return work(cluster);
    } finally {
      cluster.release();
    }
  });
}

/** A client gets the file; says how that ended. */
function get(cluster: SimCluster, key: ClientKey = "its own"): string {
  cluster.client(1).get({ names: ["a"], to: "pipe", force: true, waitMs: MINUTE_MS, key });
  cluster.sim.runUntil(cluster.sim.now + IN_STEP_MS);
  const { state, refusal } = cluster.downloads.at(-1) ?? {};
  return `${state}${refusal ? `: ${refusal.reason}` : ""}`;
}

/** The names of the cluster keys that each server believes, that first which it shows. */
function believed({ servers }: SimCluster): string[] {
  const nameOf = (pem: string) => ["first", "second"].find((name) => clusterKey(name).authority.pem === pem) ?? "?";
  return servers.map(({ ports }) => (ports?.keys?.current.authorities ?? []).map(nameOf).join());
}

test.each(["cluster key", "credentials"] as const)(
  "the cluster key is exchanged, where all have %s",
  async (holding) => {
    const seen = await inStep({ holding, aheadMs: [0, 0, 0, 0] }, (cluster) => {
      const { rotation, sim } = cluster;
      const before = believed(cluster);
      rotation?.begin(100);
      const ends: string[] = [];
      for (let time = 0; time < 3; time++) {
        ends.push(get(cluster));
        sim.runUntil(sim.now + 200);
      }
      return { before, after: believed(cluster), ends, isUnderWay: rotation?.isUnderWay };
    });
    expect(seen).toEqual({
      before: ["first", "first", "first"],
      after: ["second", "second", "second"],
      ends: ["done", "done", "done"],
      isUnderWay: false,
    });
  },
);

test("clocks that differ by five minutes do not matter, and by more they do", async () => {
  const apart = (ms: number) => inStep({ holding: "cluster key", aheadMs: [0, 0, 0, ms] }, (cluster) => get(cluster));
  const five = 5 * MINUTE_MS;
  expect(await Promise.all([apart(five), apart(-five)])).toEqual(["done", "done"]);
  expect(await apart(3 * five)).toContain("the credential is not valid yet");
  expect(await apart(-3 * five)).toContain("the credential is not valid yet");
});

test("who has a wrong key is refused with the word for it", async () => {
  const ends = await inStep({ holding: "credentials", aheadMs: [] }, (cluster) =>
    (["foreign", "ended", "early", "another role's", "none"] as const).map((key) => get(cluster, key)),
  );
  expect(ends).toEqual([
    "refused: refused: the key is of another cluster",
    "refused: refused: the credential has expired",
    "refused: refused: the credential is not valid yet: do the clocks of both machines show the same time?",
    "refused: it is the key of secondary 1, not of a client",
    expect.stringContaining("it has a key, and one is needed here (--key-file)"),
  ]);
});

test("whether a key has ended, or begun, each goes by the own clock", async () => {
  const early = "refused: refused: the credential is not valid yet: do the clocks of both machines show the same time?";
  const ended = "refused: refused: the credential has expired";
  const seen = await inStep({ holding: "credentials", aheadMs: [] }, (cluster) =>
    [-HOUR_MS, -3 * HOUR_MS, HOUR_MS, 3 * HOUR_MS].map((ahead) => {
      for (const { machine } of cluster.servers) machine.wall.ahead = ahead;
      return [get(cluster, "ended"), get(cluster, "early")];
    }),
  );
  expect(seen).toEqual([
    [ended, early],
    ["done", early],
    [ended, early],
    [ended, "done"],
  ]);
});

test("no key ends before it begins, whatever the clock showed for which it was made", async () => {
  const made = await inStep({ holding: "credentials", aheadMs: [] }, ({ keys, sim }) =>
    [-30 * DAY_MS, 0, 400 * DAY_MS].flatMap((ahead) => {
      const now = EPOCH_MS + sim.now + ahead;
      const holder = keys?.holder(1);
      if (!keys || !holder) return [];
      const [ending] = keys.endingFiles(holder, now);
      const ends = ending?.contents.kind === "credential" ? [ending.contents.certificate.pem] : [];
      return [...ends, ...WRONG_SECONDARY_KEYS.map((key) => keys.wrongMaterial(holder, key, now).certificate)];
    }),
  );
  expect(made).toHaveLength(18);
  const neverValid = made.map(parsed).filter(({ validFrom, validTo }) => Date.parse(validFrom) >= Date.parse(validTo));
  expect(neverValid).toEqual([]);
});

test("a credential that ends before it begins is not made", () => {
  const make = () => credential("first", { role: "central" }, { notBefore: EPOCH_MS, notAfter: EPOCH_MS - 1000 });
  expect(make).toThrow("ends before it begins");
});

test("a machine whose key is revoked is refused until it is given another one", async () => {
  const ends = await inStep({ holding: "credentials", aheadMs: [] }, (cluster) => {
    const { keys, sim } = cluster;
    const holder = keys?.holder(3);
    const [file] = holder?.keyFiles ?? [];
    const { fingerprint = "" } = file?.contents.kind === "credential" ? file.contents.certificate : {};
    const orders: string[] = [];
    const order = (rights: "read" | "admin") => {
      cluster.client(1).revoke(fingerprint, rights, ({ outcome }) => orders.push(outcome));
      sim.runUntil(sim.now + MINUTE_MS);
    };
    order("read");
    const before = get(cluster);
    order("admin");
    const after = get(cluster);
    if (holder) keys?.renew(holder);
    return { orders, before, after, renewed: get(cluster) };
  });
  expect(ends).toEqual({
    orders: ["refused", "revoked"],
    before: "done",
    after: "refused: refused: the key was revoked",
    renewed: "done",
  });
});
