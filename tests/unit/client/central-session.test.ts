import { beforeEach, describe, expect, test } from "bun:test";
import { CentralUnreachable, WrongServer } from "../../../src/client/central-errors.ts";
import { CentralSession, type DownloadListener, type DownloadUpdate } from "../../../src/client/central-session.ts";
import type { SessionObserver } from "../../../src/client/session-observer.ts";
import { Revocations } from "../../../src/keys/trust/revocations.ts";
import type { Socket, SocketEvents } from "../../../src/net/transport/network.ts";
import type { Log } from "../../../src/platform/log/log.ts";
import type { ListedFile, Report } from "../../../src/protocol/messages/client.ts";
import type { KnownKey } from "../../../src/protocol/messages/keys.ts";
import type { Message, Messages } from "../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeNetwork } from "../../support/fake-network.ts";
import { CENTRAL, ScriptedCentral } from "./scripted-central.ts";

let clock: FakeClock;
let network: FakeNetwork;
let central: ScriptedCentral;
let lines: string[];
let refusals: Error[];

beforeEach(() => {
  clock = new FakeClock();
  network = new FakeNetwork(clock);
  central = new ScriptedCentral(clock, network);
  lines = [];
  refusals = [];
});

function session(revocations: Revocations | null = null, observer: SessionObserver | null = null): CentralSession {
  const note = (_event: string, text: string) => void lines.push(String(text));
  const log: Log = { info: note, warn: note, error: note };
  const random = { fraction: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
  return new CentralSession({ clock, network, random, log, revocations, observer }, CENTRAL, "ana", (refusal) =>
    refusals.push(refusal),
  );
}

/** A server that answers whatever it is sent. */
function foreignServer(text: string): void {
  network.listen(CENTRAL, (socket: Socket): SocketEvents => {
    return { data: () => void socket.write(Buffer.from(text)), drained() {}, closed() {} };
  });
}

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    await Promise.resolve();
  }
}

test("something else in the central's place is named, and not tried again", async () => {
  foreignServer("HTTP/1.1 400 Bad Request\r\n\r\n");
  const client = session();
  client.start();
  const reached = client.currentAttempt().catch((error: unknown) => error);
  await pass(5000);
  expect(await reached).toBeInstanceOf(WrongServer);
  expect(refusals.map(({ message }) => message)).toEqual([
    "an HTTP server answers at central:50000, not a redes central",
  ]);
  expect(network.connections).toHaveLength(1);
});

test("in the place of a central that was there it may go away again: it is reported once, and trying goes on", async () => {
  central.start();
  const client = session();
  client.start();
  await pass(100);
  expect(client.connected).toBe(true);
  central.stop();
  foreignServer("SSH-2.0-x\r\n");
  await pass(20_000);
  expect(refusals).toEqual([]);
  expect(lines.filter((line) => line.includes("an SSH server answers at central:50000"))).toHaveLength(1);
  expect(network.connections.length).toBeGreaterThan(5);
  client.stop();
});

test("nobody there is no wrong server", async () => {
  const client = session();
  client.start();
  const reached = client.currentAttempt().catch((error: unknown) => error);
  await pass(1000);
  const error = await reached;
  expect(error).toBeInstanceOf(CentralUnreachable);
  expect(error).not.toBeInstanceOf(WrongServer);
  expect(refusals).toEqual([]);
  client.stop();
});

/** A client that has entered. */
async function entered(revocations: Revocations | null = null): Promise<CentralSession> {
  central.start();
  const client = session(revocations);
  client.start();
  await pass(100);
  expect(client.connected).toBe(true);
  return client;
}

/** Writes down what a session tells of one download. */
class RecordingListener implements DownloadListener {
  readonly told: string[] = [];

  connected(): void {
    this.told.push("connected");
  }
  disconnected(reason: string, lost: boolean): void {
    this.told.push(`${lost ? "lost" : "failed"}: ${reason}`);
  }
  update({ type, download }: DownloadUpdate): void {
    this.told.push(`${type} ${download[0]}`);
  }
  sources({ name }: Messages["sources"]): void {
    this.told.push(`sources of ${name}`);
  }
}

describe("a client's name", () => {
  test("is said on entering, also anew", async () => {
    const client = await entered();
    expect(client.clientName).toBe("ana");
    client.rename("eva");
    await pass(50);
    central.restart();
    await pass(3000);
    expect(client.clientName).toBe("eva");
    expect(central.all("enter")).toEqual([{ type: "enter", name: "eva" }]);
    client.stop();
  });

  test("that is changed is said at once, and only in a session", async () => {
    const client = await entered();
    client.rename("eva");
    await pass(50);
    expect(central.all("enter").map(({ name }) => name)).toEqual(["ana", "eva"]);
    client.stop();
    client.rename("luz");
    await pass(50);
    expect(central.all("enter")).toHaveLength(2);
  });
});

describe("the current attempt", () => {
  test("is over at once in a session", async () => {
    const client = await entered();
    await client.currentAttempt();
    client.stop();
  });

  test("ends with the session, for all who wait", async () => {
    const client = session();
    client.start();
    const attempts = [client.currentAttempt(), client.currentAttempt()].map((attempt) =>
      attempt.catch((e: Error) => e),
    );
    await pass(50);
    for (const attempt of attempts) {
      expect(await attempt).toMatchObject({
        message: "the central cannot be reached: cannot connect to central:50000: nobody listens there",
      });
    }
    const later = client.currentAttempt();
    central.start();
    await pass(1000);
    await later;
    expect(client.connected).toBe(true);
    client.stop();
  });

  test("is waited for as often as it takes by who wants a session", async () => {
    const client = session();
    client.start();
    let connected = false;
    void client.untilConnected().then(() => {
      connected = true;
    });
    await pass(3000);
    expect(connected).toBe(false);
    central.start();
    await pass(3000);
    expect(connected).toBe(true);
    client.stop();
  });

  test("fails when the client stops", async () => {
    const client = session();
    client.start();
    const attempt = client.currentAttempt().catch((error: unknown) => error);
    client.stop();
    expect(await attempt).toMatchObject({ message: "the client is stopping" });
  });
});

describe("who observes a session", () => {
  test("hears of it in the place of the log, and for how long the central was away", async () => {
    const told: unknown[] = [];
    const client = session(null, {
      connected: (awayMs) => void told.push(awayMs),
      lost: () => void told.push("lost"),
      unreachable: (reason) => void told.push(reason),
    });
    client.start();
    expect(client.away).toBeNull();
    await pass(500);
    expect(client.away).toMatchObject({ reason: "cannot connect to central:50000: nobody listens there" });
    central.start();
    await pass(3000);
    expect(client.away).toBeNull();
    central.stop();
    await pass(1000);
    expect(client.away?.ms).toBeWithin(900, 1000);
    expect(told).toEqual(["cannot connect to central:50000: nobody listens there", expect.any(Number), "lost"]);
    central.start();
    await pass(3000);
    expect(told.slice(3)).toEqual([expect.any(Number)]);
    expect(Number(told[3])).toBeGreaterThan(900);
    expect(lines.filter((line) => line.startsWith("connected to"))).toEqual([]);
    client.stop();
  });

  test("hears that it is there at the first try", async () => {
    const told: unknown[] = [];
    central.start();
    const observer: SessionObserver = {
      connected: (awayMs) => void told.push(awayMs),
      lost: () => void told.push("lost"),
      unreachable: () => void told.push("unreachable"),
    };
    const client = session(null, observer);
    client.start();
    await pass(100);
    expect(told).toEqual([null]);
    client.stop();
  });
});

describe("the log", () => {
  test("says that there is a session again only where it said that there was none", async () => {
    const client = await entered();
    expect(lines).toEqual([]);
    central.stop();
    await pass(50);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toStartWith("the central central:50000 is lost (");
    central.start();
    await pass(3000);
    expect(lines.at(-1)).toBe("connected to the central central:50000");
    client.stop();
  });

  test("says that the central does not serve yet, and why", async () => {
    central.synchronized = false;
    const client = await entered();
    expect(lines).toEqual(["the central central:50000 does not serve yet: secondary 2 is missing"]);
    client.stop();
  });
});

describe("questions", () => {
  const file = (name: string): ListedFile => ({
    name,
    size: 1,
    id: "a".repeat(64),
    modified: 0,
    blake3: null,
    sha256: null,
    sources: 1,
  });

  test("without a session fail at once", async () => {
    const client = session();
    expect(await client.list().catch((error: unknown) => error)).toMatchObject({
      message: "the central cannot be reached: it has not answered yet",
    });
    expect(await client.status().catch((error: unknown) => error)).toBeInstanceOf(CentralUnreachable);
  });

  test("the list is asked for page by page", async () => {
    const pages = [[file("a"), file("b")], [file("c")]];
    central.answer = (message) => {
      if (message.type !== "list") return;
      const files = pages.shift() ?? [];
      central.send({ type: "listing", request: message.request, files, more: pages.length > 0 });
    };
    const client = await entered();
    const list = client.list();
    await pass(100);
    expect((await list).map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(central.all("list").map(({ after }) => after)).toEqual([null, "b"]);
    client.stop();
  });

  test("a list whose names are not in their order is refused, and does not go on for ever", async () => {
    const client = await entered();
    for (const names of [["b", "a"], ["a", "a"], ["a"]]) {
      central.answer = (message) => {
        const files = names.map(file);
        if (message.type === "list") central.send({ type: "listing", request: message.request, files, more: true });
      };
      const list = client.list().catch((error: unknown) => error);
      await pass(200);
      expect(await list).toMatchObject({ message: "the central lists names out of their order" });
    }
    client.stop();
  });

  test("a page without files is the last, whatever it says", async () => {
    central.answer = (message) => {
      if (message.type === "list") central.send({ type: "listing", request: message.request, files: [], more: true });
      if (message.type === "tally") central.send({ type: "tallied", request: message.request, rows: [], more: true });
      if (message.type === "status") central.send(state(message.request));
    };
    const client = await entered();
    const list = client.list();
    const status = client.status();
    await pass(100);
    expect(await list).toEqual([]);
    expect((await status).files.size).toBe(0);
    client.stop();
  });

  test("the status has the counts of files and clients, page by page", async () => {
    central.answer = (message) => {
      if (message.type === "status") central.send(state(message.request));
      if (message.type !== "tally") return;
      const { request, of, after } = message;
      const rows = after === "" ? [{ name: `${of} 1`, downloads: 1 }] : [{ name: `${of} 2`, downloads: 2 }];
      central.send({ type: "tallied", request, rows, more: after === "" });
    };
    const client = await entered();
    const asked = client.status();
    await pass(200);
    const status = await asked;
    expect(status.state.active).toBe(7);
    expect([...status.files]).toEqual([
      ["files 1", 1],
      ["files 2", 2],
    ]);
    expect([...status.clients]).toEqual([
      ["clients 1", 1],
      ["clients 2", 2],
    ]);
    expect(central.all("tally").map(({ of, after }) => `${of} after ${after}`)).toEqual([
      "files after ",
      "files after files 1",
      "clients after ",
      "clients after clients 1",
    ]);
    client.stop();
  });

  test("a refusal fails with what the central says", async () => {
    central.answer = (message) => {
      if (message.type !== "list") return;
      central.send({ type: "refusal", request: message.request, code: "not-synchronized", message: "not yet" });
    };
    const client = await entered();
    const list = client.list().catch((error: unknown) => error);
    await pass(100);
    expect(await list).toMatchObject({ code: "not-synchronized", message: "not yet" });
    client.stop();
  });

  test("that are not answered fail when the session is lost", async () => {
    const client = await entered();
    const list = client.list().catch((error: unknown) => error);
    await pass(50);
    central.stop();
    await pass(50);
    expect(await list).toBeInstanceOf(CentralUnreachable);
    client.stop();
  });

  test("the keys that the central knows are gathered from all pages", async () => {
    const client = await entered();
    const key = (serial: number): KnownKey => ({
      ...{
        serial,
        fingerprint: "f".repeat(64),
        authority: null,
        cluster: false,
        role: "secondary",
        number: serial,
        name: null,
      },
      ...{ rights: null, until: 5, seen: 4, sessions: 1, revoked: null },
    });
    const asked: number[] = [];
    central.answer = (message) => {
      if (message.type !== "keys") return;
      asked.push(message.after);
      const more = message.after === 0;
      central.send({ type: "known", request: message.request, keys: [key(more ? 7 : 9)], more });
    };
    const keys = client.keys();
    await pass(200);
    expect((await keys).map(({ serial }) => serial)).toEqual([7, 9]);
    expect(asked).toEqual([0, 7]);
    client.stop();
  });

  test("a key is revoked, or the answer says why not", async () => {
    const client = await entered();
    central.answer = (message) => {
      if (message.type !== "revoke") return;
      const { request, fingerprint } = message;
      central.send({ type: "revoked", request, fault: `not ${fingerprint.slice(0, 1)}`, seen: true, told: 0 });
    };
    const revoked = client.revoke("f".repeat(64));
    await pass(100);
    expect(await revoked).toMatchObject({ fault: "not f", seen: true, told: 0 });
    client.stop();
  });

  test("whom the central calls revoked, the network of this client refuses", async () => {
    const revocations = new Revocations();
    const client = await entered(revocations);
    const keys = [{ fingerprint: "f".repeat(64), until: 5 }];
    central.send({ type: "revocations", keys });
    await pass(50);
    expect(revocations.all).toEqual(keys);
    client.stop();
  });

  function state(request: number): Message {
    return {
      type: "state",
      request,
      synchronized: true,
      missing: "",
      secondaries: [],
      ending: [],
      active: 7,
      waiting: 0,
    };
  }
});

describe("a download that listens", () => {
  const DOWNLOAD = "1".repeat(32);
  const OTHER = "2".repeat(32);

  test("learns of the session at once where there is one, and of each later one", async () => {
    const client = await entered();
    const listener = new RecordingListener();
    client.subscribe(DOWNLOAD, listener);
    expect(listener.told).toEqual(["connected"]);
    central.stop();
    await pass(50);
    expect(listener.told).toHaveLength(2);
    expect(listener.told[1]).toStartWith("lost: the central cannot be reached: ");
    await pass(200);
    expect(listener.told.at(-1)).toStartWith("failed: the central cannot be reached: ");
    central.start();
    await pass(3000);
    expect(listener.told.at(-1)).toBe("connected");
    client.stop();
  });

  test("learns nothing of a session that there is not", () => {
    const client = session();
    const listener = new RecordingListener();
    client.subscribe(DOWNLOAD, listener);
    expect(listener.told).toEqual([]);
  });

  test("learns of itself alone, and of all sources, until it ends", async () => {
    const client = await entered();
    const listener = new RecordingListener();
    client.subscribe(DOWNLOAD, listener);
    listener.told.length = 0;
    for (const download of [DOWNLOAD, OTHER]) {
      central.send({ type: "queued", download, position: 1, estimate: null });
      central.send({
        type: "granted",
        download,
        name: "a",
        id: "a".repeat(64),
        size: 1,
        modified: 0,
        blake3: null,
        sha256: null,
      });
      central.send({ type: "denied", download, code: "busy", message: "no" });
      central.send({ type: "counted", download });
    }
    central.send({ type: "sources", name: "b", id: "b".repeat(64), sources: [], superseded: false });
    await pass(50);
    expect(listener.told).toEqual(["queued 1", "granted 1", "denied 1", "counted 1", "sources of b"]);
    client.unsubscribe(DOWNLOAD);
    central.send({ type: "counted", download: DOWNLOAD });
    await pass(50);
    expect(listener.told).toHaveLength(5);
    client.stop();
  });

  test("can send in a session, and is told where there is none", async () => {
    const report: Report = {
      ...{ download: DOWNLOAD, client: "ana", name: "a", id: "a".repeat(64) },
      outcome: "done",
      sources: [],
    };
    const client = session();
    expect(client.report(report)).toBe(false);
    central.start();
    client.start();
    await pass(100);
    expect(client.report(report)).toBe(true);
    await pass(50);
    expect(central.all("finish")).toEqual([{ type: "finish", report }]);
    client.stop();
    expect(client.report(report)).toBe(false);
  });
});

test("a client that the central never takes is told so once, with all who wait", async () => {
  central.refuse = { code: "protocol", message: "not you" };
  central.start();
  const client = session();
  client.start();
  const attempt = client.currentAttempt().catch((error: unknown) => error);
  await pass(5000);
  expect(refusals).toHaveLength(1);
  expect(refusals[0]).toMatchObject({ code: "protocol", message: "not you" });
  expect((await attempt) as unknown).toBe(refusals[0]);
  expect(network.connections).toHaveLength(1);
});

test("who asks after that is told so too, and who waits for a session alone waits", async () => {
  central.refuse = { code: "protocol", message: "not you" };
  central.start();
  const client = session();
  client.start();
  await pass(5000);
  await expect(client.currentAttempt()).rejects.toBe(refusals[0]);
  let connected = false;
  void client.untilConnected().then(() => {
    connected = true;
  });
  await pass(1000);
  expect(connected).toBe(false);
});
