import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { Central } from "../../../src/central/central.ts";
import { secondaryStatuses } from "../../../src/central/cluster-status.ts";
import { CENTRAL_STORE } from "../../../src/central/remote-store.ts";
import { CentralStore } from "../../../src/central/store.ts";
import type { KeyRing } from "../../../src/keys/key-ring.ts";
import type { Channel, CloseReason } from "../../../src/net/session/channel.ts";
import { openChannel } from "../../../src/net/session/open-channel.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import { systemRandom } from "../../../src/platform/random.ts";
import { clientName, secondaryNumber } from "../../../src/protocol/fields.ts";
import { MESSAGE_RULES } from "../../../src/protocol/message-rules.ts";
import type { Report } from "../../../src/protocol/messages/client.ts";
import { type Message, type Messages, type MessageType, schemas } from "../../../src/protocol/messages/messages.ts";
import type { HeldFile } from "../../../src/protocol/messages/secondary.ts";
import { CENTRAL_HEARTBEAT } from "../../../src/protocol/timing.ts";
import { directly } from "../../support/directly.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { inEnglish } from "../../support/in-english.ts";
import { knownPeer } from "../../support/known-peer.ts";
import { FakeNetwork } from "./fake-network.ts";
import { held, id, unchanged } from "./fixtures.ts";

const PORT = 50_000;

let clock: FakeClock;
let network: FakeNetwork;
let store: CentralStore;
let central: Central;
let events: string[];
let keys: KeyRing | null;

beforeEach(async () => {
  clock = new FakeClock();
  network = new FakeNetwork();
  store = new CentralStore(":memory:", systemRandom);
  events = [];
  keys = null;
  await start();
});

afterEach(() => {
  central.stop();
  store.close();
});

async function start(secondaries = 3, maxDownloads = 0): Promise<void> {
  const note = (event: string) => events.push(event);
  const log: Log = { info: note, warn: note, error: note };
  const remote = directly(store, CENTRAL_STORE);
  central = new Central(
    { ...{ clock, network, log, keys }, random: systemRandom, store: remote, persisted: store.loadState() },
    { address: { host: "127.0.0.1", port: PORT }, secondaries, maxDownloads },
  );
  await central.start();
}

async function restart(secondaries: number, maxDownloads = 0): Promise<void> {
  central.stop();
  run();
  await start(secondaries, maxDownloads);
}

/** Lets messages arrive and time pass. */
function run(ms = 20): void {
  for (let passed = 0; passed <= ms; passed += 10) {
    network.flush();
    clock.advance(10);
    network.flush();
  }
}

/** Lets the store answer, and what follows arrive. */
async function stored(): Promise<void> {
  await Bun.sleep(0);
  run();
}

/** The other end of a session with the central. */
class Peer {
  readonly received: Message[] = [];
  ended: CloseReason | null = null;
  readonly channel: Channel;

  constructor(role: "secondary" | "client") {
    let opened: Channel | null = null;
    network.open(PORT, (socket) => {
      const channel: Channel = openChannel(
        socket,
        {
          clock,
          role,
          side: "connects",
          heartbeat: CENTRAL_HEARTBEAT,
          expected: { role: "central", address: { host: "127.0.0.1", port: PORT } },
        },
        {
          greeted: () => {},
          message: (message) => {
            if (message.type === "registered" || message.type === "entered") channel.markJoined();
            this.received.push(message);
          },
          closed: (reason) => {
            this.ended = reason;
          },
        },
      );
      opened = channel;
      return channel.socketEvents;
    });
    network.flush();
    if (!opened) throw new Error("nobody listens");
    this.channel = opened;
  }

  send(...messages: Message[]): this {
    for (const message of messages) this.channel.send(message);
    run();
    return this;
  }

  /** All of a type that came since the last time, the oldest first. */
  take<T extends MessageType>(type: T): Messages[T][] {
    const found = this.received.filter((message): message is Messages[T] => message.type === type);
    const rest = this.received.filter((message) => message.type !== type);
    this.received.splice(0, this.received.length, ...rest);
    return found;
  }
}

function announce(files: readonly HeldFile[], gone: string[] = []): Messages["announce"] {
  return { type: "announce", batch: 1, files: [...files], gone, complete: true };
}

function secondary(
  number: number,
  files: readonly HeldFile[] = [],
  instance = number,
  host: string | null = null,
): Peer {
  return new Peer("secondary").send(
    {
      type: "register",
      number,
      host,
      port: 50_000 + number,
      instance: String(instance).repeat(32).slice(0, 32),
      epoch: null,
      removal: 0,
      http: null,
    },
    announce(files),
  );
}

function client(name = "ana"): Peer {
  return new Peer("client").send({ type: "enter", name });
}

function uid(n: number): string {
  return n.toString(16).padStart(32, "0");
}

function ask(n: number, name = "f", running: string | null = null): Messages["download"] {
  return { type: "download", download: uid(n), name, running };
}

function done(n: number, outcome: "done" | "failed" = "done"): Messages["finish"] {
  const report = { download: uid(n), client: "ana", name: "f", id: id("1"), outcome, sources: [1] };
  return { type: "finish", report };
}

const file = held("f", "1", { edits: "11111111" });
const agreed = { ...unchanged("f", "1", "aaaaaaaa:1"), edits: file.edits };

test("three secondaries come into step, and then it serves", () => {
  const one = secondary(1, [file]);
  const waiting = client();
  expect(waiting.take("entered")[0]).toMatchObject({ synchronized: false });
  waiting.send(ask(1), { type: "list", request: 7, after: null });
  expect(waiting.take("denied")[0]?.code).toBe("not-synchronized");
  expect(waiting.take("refusal")[0]).toMatchObject({ request: 7, code: "not-synchronized" });
  const [two, three] = [secondary(2), secondary(3)];
  const vector = expect.stringMatching(/^[0-9a-f]{8}:1$/);
  expect(one.take("agreed")[0]?.files).toEqual([{ name: "f", id: id("1"), vector, edits: "11111111" }]);
  expect(one.take("reviewed")).toHaveLength(1);
  for (const peer of [two, three]) {
    const [order] = peer.take("fetch");
    expect(order?.files).toEqual([
      { name: "f", id: id("1"), size: 10, vector, edits: "11111111", modified: 5, blake3: null, sha256: null, at: [1] },
    ]);
    expect(order?.sources).toEqual([{ number: 1, host: "127.0.0.1", port: 50_001, partial: false }]);
  }
  two.send(announce([agreed]));
  expect(events).not.toContain("synchronized");
  three.send(announce([agreed]));
  expect(events.filter((event) => event === "synchronized")).toHaveLength(1);
  expect(store.loadState().synchronized).toBe(true);
  waiting.send({ type: "list", request: 8, after: null }, { type: "status", request: 9 });
  expect(waiting.take("listing")[0]?.files).toEqual([
    { name: "f", size: 10, id: id("1"), modified: 5, blake3: null, sha256: null, sources: 3 },
  ]);
  const [state] = waiting.take("state");
  expect(state?.secondaries.map(({ number, state: how, files }) => [number, how, files])).toEqual([
    [1, "in step", 1],
    [2, "in step", 1],
    [3, "in step", 1],
  ]);
});

test("a file that nobody who is there holds does not keep it from serving", async () => {
  await restart(2);
  const lost = secondary(9, [held("only", "9")]);
  const one = secondary(1, [file]);
  lost.channel.close({ cause: "lost", message: "test" });
  run();
  const two = secondary(2);
  expect(two.take("fetch").flatMap(({ files }) => files.map(({ name }) => name))).toEqual(["f"]);
  two.send(announce([agreed]));
  expect(central.serving.missing()).not.toBeNull();
  one.send({ type: "unfetched", name: "only", id: id("9"), reason: "nobody has it", lasting: false });
  run(6000);
  expect(one.take("fetch")).toHaveLength(1);
  expect(central.serving.missing()).toBeNull();
  expect(events).toContain("synchronized");
});

test("a number is one secondary's; the same one comes back at once, another when it is lost", () => {
  const first = secondary(1, [file]);
  const other = secondary(1, [], 2);
  expect(other.take("error")).toEqual([]);
  expect(other.ended?.error?.code).toBe("number-taken");
  expect(first.ended).toBeNull();
  const again = secondary(1, [file]);
  expect(first.ended).not.toBeNull();
  expect(events).not.toContain("lost");
  expect(central.registry.sources.of("f", id("1"))).toHaveLength(1);
  again.channel.close({ cause: "lost", message: "test" });
  run();
  expect(events.filter((event) => event === "lost")).toHaveLength(1);
  expect(secondary(1, [file], 2).take("registered")).toHaveLength(1);
});

test("a download is granted, and counted once however often and by whomever it is told", async () => {
  await restart(1);
  const one = secondary(1, [file]);
  const ana = client();
  ana.send(ask(1));
  expect(ana.take("granted")).toEqual([
    { type: "granted", download: uid(1), name: "f", id: id("1"), size: 10, modified: 5, blake3: null, sha256: null },
  ]);
  expect(central.admission.activeCount).toBe(1);
  ana.send({ type: "progress", download: uid(1), bytes: 5, sources: [] });
  expect(central.admission.find(uid(1))?.bytes).toBe(5);
  ana.send(done(1), done(1));
  one.send(done(1), done(2), done(3, "failed"));
  await stored();
  expect(ana.take("counted")).toHaveLength(2);
  expect(
    one
      .take("counted")
      .map(({ download }) => download)
      .sort(),
  ).toEqual([uid(1), uid(2), uid(3)]);
  expect(central.admission.activeCount).toBe(0);
  ana.send(
    { type: "tally", request: 1, of: "files", after: "" },
    { type: "tally", request: 2, of: "clients", after: "a" },
  );
  await stored();
  expect(ana.take("tallied").map(({ rows }) => rows)).toEqual([
    [{ name: "f", downloads: 2 }],
    [{ name: "ana", downloads: 2 }],
  ]);
  ana.send(ask(4, "x".repeat(1024)), { type: "status", request: 3 });
  expect(ana.take("denied")[0]?.code).toBe("no-such-file");
  expect(ana.take("state")).toHaveLength(1);
});

test("with a limit later ones wait, are told where they stand, and get what the file is by then", async () => {
  await restart(1, 1);
  const one = secondary(1, [file, held("g", "5")]);
  const [ana, eva, ida] = [client("ana"), client("eva"), client("ida")];
  ana.send(ask(1));
  eva.send(ask(2));
  ida.send(ask(3), ask(4, "g"));
  expect(eva.take("queued")[0]).toMatchObject({ download: uid(2), position: 1 });
  expect(
    ida
      .take("queued")
      .slice(0, 2)
      .map(({ position }) => position),
  ).toEqual([2, 3]);
  one.send(announce([held("f", "2", { edits: "22222222 11111111" })], ["g"]));
  eva.channel.close({ cause: "lost", message: "test" });
  ana.send({ type: "status", request: 1 });
  expect(ana.take("state")[0]).toMatchObject({ active: 1, waiting: 2 });
  run(1000);
  expect(ida.take("queued").at(-2)).toMatchObject({ download: uid(3), position: 1 });
  ana.send(done(1));
  run();
  expect(ida.take("granted")).toEqual([
    { type: "granted", download: uid(3), name: "f", id: id("2"), size: 10, modified: 5, blake3: null, sha256: null },
  ]);
  ida.send(done(3, "failed"));
  expect(ida.take("denied")).toMatchObject([{ download: uid(4), code: "no-such-file" }]);
  expect([central.admission.activeCount, central.admission.waitingCount]).toEqual([0, 0]);
});

test("a running download goes on beyond the limit and without the cluster", async () => {
  await restart(3, 1);
  const ana = client();
  ana.send(ask(1, "f", id("1")), ask(2, "f", id("1")));
  expect(ana.take("granted").map(({ id: version }) => version)).toEqual([id("1"), id("1")]);
});

test("after a restart with a limit, downloads from before it come first: a new one waits until their clients had time", async () => {
  await restart(1, 1);
  secondary(1, [file]);
  await stored();
  await restart(1, 1);
  secondary(1, [agreed]);
  const [ana, eva] = [client("ana"), client("eva")];
  ana.send(ask(1));
  expect(ana.take("granted")).toEqual([]);
  eva.send(ask(2, "f", id("1")));
  expect(eva.take("granted")).toHaveLength(1);
  eva.send(done(2));
  await stored();
  expect(ana.take("granted")).toEqual([]);
  run(4000);
  expect(ana.take("granted")).toHaveLength(1);
});

test("who watches a version learns of its sources, their loss and their return", async () => {
  await restart(2);
  const one = secondary(1, [file]);
  const ana = client();
  ana.send({ type: "watch", name: "f", id: id("1") });
  const numbers = () =>
    ana.take("sources").map(({ sources }) => sources.map(({ number, partial }) => [number, partial]));
  expect(numbers()).toEqual([[[1, false]]]);
  const two = secondary(2);
  expect(numbers().at(-1)).toEqual([
    [1, false],
    [2, true],
  ]);
  two.send(announce([agreed]));
  expect(numbers().at(-1)).toEqual([
    [1, false],
    [2, false],
  ]);
  one.channel.close({ cause: "lost", message: "test" });
  run();
  expect(numbers()).toEqual([[[2, false]]]);
  secondary(1, [agreed]);
  expect(numbers().at(-1)).toEqual([
    [1, false],
    [2, false],
  ]);
  two.send(announce([held("f", "2", { edits: "22222222 11111111" })]));
  expect(ana.take("sources").at(-1)).toMatchObject({ superseded: true });
  ana.send({ type: "unwatch", name: "f", id: id("1") });
  two.send(announce([], ["f"]));
  expect(ana.take("sources")).toEqual([]);
});

test("a version is not called replaced while those who may hold it have still to come back", async () => {
  await restart(2);
  const ana = client();
  ana.send({ type: "watch", name: "f", id: id("2") });
  secondary(1, [agreed]);
  expect(ana.take("sources").map(({ superseded }) => superseded)).not.toContain(true);
  secondary(2, [agreed]);
  expect(ana.take("sources").at(-1)).toMatchObject({ superseded: true });
});

test("a removal reaches all and is remembered", async () => {
  await restart(1);
  const [one, two] = [secondary(1, [agreed]), secondary(2, [agreed])];
  expect(await central.removal.remove(["nothing"], "ana")).toBe(0);
  expect(await central.removal.remove(["f"], "ana")).toBe(1);
  run();
  for (const peer of [one, two]) {
    expect(peer.take("remove")).toEqual([
      {
        type: "remove",
        serial: 1,
        name: "f",
        id: id("1"),
        vector: expect.stringMatching(/^aaaaaaaa:1 .{8}:2$/),
        edits: "11111111",
        moved: null,
      },
    ]);
    peer.send({ type: "removed", serial: 1 }, announce([], ["f"]));
  }
  expect(central.registry.catalogue.size).toBe(0);
  await restart(1);
  const late = secondary(3, [agreed]);
  expect(late.take("remove")).toHaveLength(1);
  expect(central.registry.catalogue.size).toBe(0);
  const again = { ...file, edits: "33333333" };
  late.send({ type: "removed", serial: 1 }, announce([], ["f"]), announce([again]));
  expect(central.registry.catalogue.size).toBe(1);
  expect(store.loadState().tombstones).toMatchObject([{ serial: 1, name: "f", putAgain: [id("1")] }]);
});

test("who breaks the protocol is disconnected, and nobody else notices", async () => {
  await restart(1);
  const one = secondary(1, [file]);
  const ana = client();
  const bad = client("bad").send(announce([]));
  expect(bad.ended?.error?.code).toBe("protocol");
  const early = new Peer("secondary").send(announce([file]));
  expect(early.ended?.error?.code).toBe("protocol");
  const greedy = client("greedy");
  for (let index = 0; index <= 1000; index += 1)
    greedy.channel.send({ type: "watch", name: "f", id: id(String(index).padStart(4, "0")) });
  run();
  expect(greedy.ended?.error?.code).toBe("busy");
  expect(events.filter((event) => event === "protocol")).toHaveLength(2);
  ana.send({ type: "status", request: 1 });
  expect(ana.take("state")).toHaveLength(1);
  expect([one.ended, ana.ended]).toEqual([null, null]);
});

test("a copy that failed is ordered again later; an accused secondary learns of it", async () => {
  await restart(1);
  const one = secondary(1, [file]);
  const two = secondary(2);
  expect(two.take("fetch")).toHaveLength(1);
  two.send({ type: "unfetched", name: "f", id: id("1"), reason: "no space", lasting: false });
  run(4000);
  expect(two.take("fetch")).toEqual([]);
  run(2000);
  expect(two.take("fetch")).toHaveLength(1);
  two.send({ type: "unfetched", name: "f", id: id("1"), reason: "no space", lasting: false });
  expect(events.filter((event) => event === "unfetched")).toHaveLength(1);
  client().send({ type: "accuse", id: id("1"), piece: 3, number: 1 });
  expect(one.take("suspect")).toEqual([{ type: "suspect", id: id("1"), piece: 3, accuser: "client ana" }]);
});

test("accusations are counted, also when the accused comes back; only a wrong piece is worth reading again", async () => {
  await restart(1);
  const one = secondary(1, [file]);
  const ana = client();
  ana.send({ type: "accuse", id: id("1"), piece: 3, number: 1 });
  ana.send({ type: "accuse", id: id("1"), piece: null, number: 1 });
  ana.send({ type: "accuse", id: id("1"), piece: 3, number: 7 });
  expect(one.take("suspect")).toHaveLength(1);
  expect(events.filter((event) => event === "accused")).toHaveLength(2);
  one.channel.close({ cause: "ours", message: "" });
  run();
  secondary(1, [file]).send({ type: "accuse", id: id("1"), piece: 0, number: 1 });
  ana.send({ type: "status", request: 1 });
  expect(ana.take("state")[0]?.secondaries).toMatchObject([{ number: 1, accusations: 3 }]);
});

test("stopping tells everybody, and leaves nothing to be done", async () => {
  await restart(1);
  const peers = [secondary(1, [file]), client(), new Peer("client")];
  events.length = 0;
  central.stop();
  central.stop();
  run(2000);
  expect(peers.map(({ ended }) => ended?.error?.code)).toEqual(["stopping", "stopping", "stopping"]);
  expect(events).toEqual([]);
  expect(clock.pending).toBe(0);
  expect(() => new Peer("client")).toThrow();
});

test("a secondary that announces a loopback address from another machine is reported once, and learns where it is seen", () => {
  expect(secondary(1, [], 1, "127.0.0.1").take("registered")).toMatchObject([{ seen: "127.0.0.1" }]);
  expect(events).not.toContain("unreachable");
  network.remoteHost = "10.0.0.2";
  for (let tries = 0; tries < 3; tries++) {
    const peer = secondary(2, [], 2, "localhost");
    expect(peer.take("registered")).toMatchObject([{ seen: "10.0.0.2" }]);
    peer.channel.close({ cause: "ours", message: "gone" });
    run();
  }
  secondary(3, [], 3, "10.0.0.3");
  expect(events.filter((event) => event === "unreachable")).toHaveLength(1);
});

test("a client cannot fill the log with accusations, nor can one that speaks no protocol", () => {
  secondary(1, [held("f", "1")]);
  const ana = client();
  for (let count = 0; count < 100; count++) ana.send({ type: "accuse", id: id("1"), piece: null, number: 1 });
  for (let count = 0; count < 100; count++)
    client().send({ type: "pong" }, { type: "hello", version: 99, role: "client" });
  expect(events.filter((event) => event === "accused").length).toBeLessThan(30);
  expect(events.filter((event) => event === "protocol").length).toBeLessThan(30);
  expect(secondaryStatuses(central.registry.secondaries, central.figures)[0]?.accusations).toBe(100);
});

describe("with keys", () => {
  test("a secondary registers with the number in its certificate, and with no other", () => {
    network.client = knownPeer({ role: "secondary", number: 2 });
    const posing = secondary(1);
    expect(posing.take("registered")).toEqual([]);
    expect(posing.ended).toMatchObject({ error: { code: "key" } });
    expect(posing.ended?.message).toBe("it is the key of secondary 2, not of secondary 1");
    expect(secondary(2).take("registered")).toHaveLength(1);
  });

  test("a client's key registers no secondary, and a secondary's is none of a client", () => {
    network.client = knownPeer({ role: "client", name: "ana", rights: "admin" });
    expect(inEnglish(secondary(1).ended?.message)).toBe("it is the key of client ana (admin), not of a secondary");
    network.client = knownPeer({ role: "secondary", number: 2 });
    expect(inEnglish(client().ended?.message)).toBe("it is the key of secondary 2, not of a client");
  });

  test("a client without the right is told which one is missing, once in the log, and others notice nothing", () => {
    network.client = knownPeer({ role: "client", name: "eva", rights: "write" });
    const other = client();
    for (let times = 0; times < 2; times++) {
      const eva = client().send({ type: "revoke", request: 1, fingerprint: "f".repeat(64) });
      expect(eva.ended).toMatchObject({ error: { code: "key", retryable: false } });
      expect(inEnglish(eva.ended?.message)).toStartWith(
        "the key of client eva has the right write, and to revoke keys needs admin: ",
      );
      expect(eva.take("revoked")).toEqual([]);
    }
    expect(events.filter((event) => event === "protocol")).toHaveLength(1);
    expect(other.send({ type: "status", request: 2 }).take("state")).toHaveLength(1);
    network.client = knownPeer({ role: "client", name: "boss", rights: "admin" });
    expect(client().send({ type: "revoke", request: 1, fingerprint: "f".repeat(64) }).ended).toBeNull();
  });

  test("no message of a client or a secondary names another as its sender, and is believed", () => {
    const claims: string[] = [];
    const look = (schema: unknown, path: string): void => {
      const { entries, item, wrapped } = schema as Record<"entries" | "item" | "wrapped", unknown>;
      if (schema === secondaryNumber || schema === clientName) claims.push(path);
      for (const [field, inner] of Object.entries(entries ?? {})) look(inner, `${path}.${field}`);
      if (item) look(item, path);
      if (wrapped) look(wrapped, path);
    };
    for (const [type, { from }] of Object.entries(MESSAGE_RULES)) {
      if (from.includes("client") || from.includes("secondary")) look(schemas[type as MessageType], type);
    }
    // "register.number": refused unless it is that of the key; "enter.name" and "finish.report.client": those of the key
    // count. The others name secondaries that something is said about.
    expect(claims).toEqual([
      "register.number",
      "enter.name",
      "progress.sources",
      "finish.report.client",
      "finish.report.sources",
      "accuse.number",
      "place.at",
    ]);
  });

  test("downloads are counted under the name in the key, whoever a client says that it is, or its report", async () => {
    secondary(1, [held("f", "1")]);
    network.client = knownPeer({ role: "client", name: "ana", rights: "read" });
    const ana = client("eva");
    const download = "d".repeat(32);
    ana.send({ type: "download", download, name: "f", running: null });
    const report: Report = { download, client: "ida", name: "f", id: id("1"), outcome: "done", sources: [1] };
    ana.send({ type: "finish", report });
    await stored();
    expect(ana.take("counted")).toHaveLength(1);
    expect(store.downloadCounts("clients", "", 9)).toEqual([{ name: "ana", downloads: 1 }]);
  });

  test("who is refused is told why, and nothing that it sends is taken in", () => {
    network.client = { kind: "refused", reason: "the credential has expired" };
    const peer = client();
    expect(peer.ended).toMatchObject({ error: { code: "key" } });
    expect(inEnglish(peer.ended?.message)).toBe("refused: the credential has expired");
    expect(peer.received).toEqual([]);
  });
});
