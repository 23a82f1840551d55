import { beforeEach, expect, test } from "bun:test";
import { ClusterFigures } from "../../../../src/central/figures/cluster-figures.ts";
import type { KeyDesk } from "../../../../src/central/keys/key-desk.ts";
import { Accusations } from "../../../../src/central/sessions/accusations.ts";
import type { ClientOrder } from "../../../../src/central/sessions/client-orders.ts";
import { ClientSession } from "../../../../src/central/sessions/client-session.ts";
import { MAX_BATCH } from "../../../../src/protocol/fields.ts";
import { MAX_QUESTIONS_PER_SESSION } from "../../../../src/protocol/limits.ts";
import type { Report } from "../../../../src/protocol/messages/client.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { held, join, newRegistry } from "../fixtures.ts";
import { FakeChannel } from "./fake-channel.ts";

const LONG = "x".repeat(1000);

let channel: FakeChannel;
let missing: string | null;
/** Why not all files are known. */
let unlisted: string | null;
let counts: { name: string; downloads: number }[] | Error;
let calls: unknown[];
let warnings: string[];
/** What it takes to revoke a key; null: nothing. */
let revoking: Promise<void> | null;

beforeEach(() => {
  channel = new FakeChannel();
  [missing, unlisted] = [null, null];
  counts = [];
  [calls, warnings] = [[], []];
  revoking = null;
});

/** A client's session with a central that has these files. */
function session(names: readonly string[] = []): ClientSession {
  const registry = newRegistry();
  const files = names.map((name) => held(name, "1"));
  for (let start = 0; start < files.length; start += MAX_BATCH) {
    if (start === 0) join(registry, 1, files.slice(0, MAX_BATCH));
    else registry.announce(1, 2, files.slice(start, start + MAX_BATCH), [], true, 0);
  }
  const deps = {
    clock: { wall: () => 1_800_000_000_000, now: () => 7 },
    figures: new ClusterFigures(),
    serving: { missing: () => missing, missingForList: () => missing ?? unlisted, lacks: () => null },
    registry,
    admission: {
      activeCount: 2,
      waitingCount: 3,
      progress: (...args: unknown[]) => void calls.push(["progress", ...args]),
    },
    downloads: {
      request: (_: unknown, client: string) => void calls.push(["request", client]),
      recordOutcome: (_: unknown, { client }: Report) => void calls.push(["outcome", client]),
      sessionEnded: (key: number) => void calls.push(["ended", key]),
    },
    subscriptions: {
      subscribe: () => void calls.push(["subscribe"]),
      unsubscribe: () => void calls.push(["unsubscribe"]),
    },
    limitedLog: { warn: (_: string, text: string) => void warnings.push(String(text)) },
    accusations: new Accusations({
      limitedLog: { warn: (_, text) => void calls.push(["warn", text]) },
      registry,
      observer: null,
      channels: new Map(),
    }),
    keyDesk: {
      joined: () => {},
      page: (after: number) => ({ keys: [], more: after === 0 }),
      revoke: async (fingerprint: string, by: string, answer: Parameters<KeyDesk["revoke"]>[2]) => {
        calls.push(["revoke", fingerprint, by]);
        if (revoking) await revoking;
        answer({ fault: null, seen: true, told: 2 });
      },
      ending: () => [{ number: null, until: 5 }],
    },
    orders: {
      answer: async (order: ClientOrder, by: string): Promise<Message> => {
        calls.push([order.type, by]);
        return { type: "carried-out", request: order.request, fault: null, files: 1, bytes: 2, number: null };
      },
    },
    store: {
      async downloadCounts(...args: unknown[]) {
        calls.push(args);
        if (counts instanceof Error) throw counts;
        return counts;
      },
    },
  };
  return new ClientSession(deps, 7, channel.channel);
}

test("a client is told whether the central serves, when it enters and when it asks", () => {
  const client = session(["f"]);
  client.message({ type: "enter", name: "ana" });
  client.message({ type: "status", request: 1 });
  expect(channel.joined).toBe(true);
  expect(channel.take()).toMatchObject([
    { type: "entered", synchronized: true, missing: "" },
    {
      type: "state",
      request: 1,
      synchronized: true,
      missing: "",
      active: 2,
      waiting: 3,
      secondaries: [{ number: 1 }],
      clock: 1_800_000_000_000_000,
    },
  ]);
  missing = "no secondary is registered";
  client.message({ type: "enter", name: "ana" });
  client.message({ type: "status", request: 2 });
  client.message({ type: "list", request: 3, after: null });
  expect(channel.take()).toMatchObject([
    { type: "entered", synchronized: false, missing },
    { type: "state", request: 2, synchronized: false, missing },
    { type: "refusal", request: 3, code: "not-synchronized", message: missing },
  ]);
});

test("the catalogue is listed in pages of so many files", () => {
  const names = Array.from({ length: MAX_BATCH + 1 }, (_, index) => `f${String(index).padStart(4, "0")}`);
  const client = session(names);
  client.message({ type: "list", request: 1, after: null });
  client.message({ type: "list", request: 2, after: names[MAX_BATCH - 1] ?? "" });
  client.message({ type: "list", request: 3, after: names[0] ?? "" });
  const pages = channel.take().map((page) => (page.type === "listing" ? [page.files.length, page.more] : []));
  expect(pages).toEqual([
    [MAX_BATCH, true],
    [1, false],
    [MAX_BATCH, false],
  ]);
});

test("and of so many bytes", () => {
  const names = Array.from({ length: 200 }, (_, index) => `${String(index).padStart(4, "0")}${LONG}`);
  const client = session(names);
  client.message({ type: "list", request: 1, after: null });
  const [page] = channel.take();
  expect(page).toMatchObject({ type: "listing", more: true });
  // The first one beyond 128 KiB of names is the last.
  expect(page?.type === "listing" && page.files.length).toBe(Math.floor((128 * 1024) / 1004) + 1);
});

test("counts come in pages, or the reason why not", async () => {
  const client = session();
  counts = Array.from({ length: MAX_BATCH + 1 }, (_, index) => ({ name: `f${index}`, downloads: 1 }));
  client.message({ type: "tally", request: 1, of: "files", after: "e" });
  await Promise.resolve();
  counts = counts.slice(1);
  client.message({ type: "tally", request: 2, of: "clients", after: "" });
  await Promise.resolve();
  counts = new Error("the disk is gone");
  client.message({ type: "tally", request: 3, of: "clients", after: "" });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  const [first, second, third] = channel.take();
  expect(first?.type === "tallied" && [first.rows.length, first.more]).toEqual([MAX_BATCH, true]);
  expect(second?.type === "tallied" && [second.rows.length, second.more]).toEqual([MAX_BATCH, false]);
  expect(third).toMatchObject({ type: "refusal", request: 3, code: "unreadable" });
  expect(calls[0]).toEqual(["files", "e", MAX_BATCH + 1]);
});

test("everything else goes to its part of the central, with the client's name", () => {
  const client = session(["f"]);
  const download = "0".repeat(32);
  const [id] = ["1".padEnd(64, "0")];
  client.message({ type: "enter", name: "ana" });
  client.message({ type: "download", download, name: "f", running: null });
  client.message({ type: "progress", download, bytes: 5, sources: [2] });
  client.message({ type: "watch", name: "f", id });
  client.message({ type: "unwatch", name: "f", id });
  client.message({ type: "accuse", id, piece: 4, number: 1 });
  client.message({ type: "accuse", id, piece: null, number: 1 });
  client.message({ type: "accuse", id, piece: 4, number: 9 });
  client.closed();
  expect(calls).toEqual([
    ["request", "ana"],
    ["progress", download, 5, [2], 7],
    ["subscribe"],
    ["unsubscribe"],
    ["warn", "secondary 1 sent a wrong piece 4 to client ana; it is asked to read it again (1 accusation so far)"],
    ["warn", "secondary 1 broke the protocol with client ana (2 accusations so far)"],
    ["ended", 7],
  ]);
});

test("the list of keys comes in pages, and a key is revoked in the name of the client that asks", async () => {
  channel.identity = { role: "client", name: "boss", rights: "admin" };
  const client = session(["f"]);
  client.message({ type: "enter", name: "somebody" });
  channel.take();
  client.message({ type: "keys", request: 1, after: 0 });
  client.message({ type: "revoke", request: 2, fingerprint: "f".repeat(64) });
  client.message({ type: "status", request: 3 });
  expect(channel.take()).toMatchObject([
    { type: "known", request: 1, keys: [], more: true },
    { type: "revoked", request: 2, fault: null, seen: true, told: 2 },
    { type: "state", request: 3, ending: [{ number: null, until: 5 }] },
  ]);
  expect(calls).toEqual([["revoke", "f".repeat(64), "client boss"]]);
});

test("with keys the name in the certificate counts, whatever the client says, in reports too", () => {
  channel.identity = { role: "client", name: "ana", rights: "read" };
  const client = session(["f"]);
  const download = "0".repeat(32);
  const report: Report = {
    download,
    client: "eva",
    name: "f",
    id: "1".padEnd(64, "0"),
    outcome: "done",
    sources: [1],
  };
  client.message({ type: "enter", name: "eva" });
  client.message({ type: "download", download, name: "f", running: null });
  client.message({ type: "finish", report });
  expect(calls).toEqual([
    ["request", "ana"],
    ["outcome", "ana"],
  ]);
});

test("of questions that a slow store does not answer, further ones are refused", async () => {
  const client = session();
  for (let request = 0; request < 70; request++) client.message({ type: "tally", request, of: "files", after: "" });
  expect(channel.take().map((message) => message.type === "refusal" && message.code)).toEqual(Array(6).fill("busy"));
  expect(warnings).toHaveLength(6);
  await Bun.sleep(0);
  expect(channel.take().map(({ type }) => type)).toEqual(Array(64).fill("tallied"));
  client.message({ type: "tally", request: 70, of: "files", after: "" });
  await Bun.sleep(0);
  expect(channel.take()).toMatchObject([{ type: "tallied", request: 70 }]);
});

test("who orders to revoke more keys than are dealt with at once is told so", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  revoking = promise;
  const client = session();
  const fingerprint = "f".repeat(64);
  for (let request = 0; request <= MAX_QUESTIONS_PER_SESSION; request++) {
    client.message({ type: "revoke", request, fingerprint });
  }
  expect(calls).toHaveLength(MAX_QUESTIONS_PER_SESSION);
  const answers = channel.take();
  expect(answers).toMatchObject([{ type: "refusal", request: MAX_QUESTIONS_PER_SESSION, code: "busy" }]);
  resolve();
  await Bun.sleep(0);
  expect(channel.take()).toHaveLength(MAX_QUESTIONS_PER_SESSION);
});

test("orders are carried out in the name of the client, and no more at once than questions may be", async () => {
  const client = session();
  client.message({ type: "enter", name: "ana" });
  for (const type of ["list-kept", "restore-file"] as const)
    client.message({ type, request: 4, name: "f", number: null });
  client.message({ type: "remove-files", request: 5, what: "f", files: null });
  client.message({ type: "move-files", request: 6, from: "f", to: "g" });
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  expect(calls).toEqual(
    ["list-kept", "restore-file", "remove-files", "move-files"].map((type) => [type, "client ana"]),
  );
  expect(channel.take().filter(({ type }) => type === "carried-out")).toHaveLength(4);
});

test("while not all files are known, nobody is given a list or a place for a file, and all the rest goes on", () => {
  unlisted = "secondary 2 has not told all that it holds yet";
  const client = session(["f"]);
  client.message({ type: "enter", name: "ana" });
  client.message({ type: "list", request: 1, after: null });
  client.message({ type: "place", request: 2, name: "g", size: 1, id: "1".repeat(64), at: null });
  expect(channel.take()).toEqual([
    { type: "entered", synchronized: true, missing: "" },
    { type: "refusal", request: 1, code: "not-synchronized", message: unlisted },
    { type: "refusal", request: 2, code: "not-synchronized", message: unlisted },
  ]);
});
