import { expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { tellHeldBack } from "../../../../src/net/pacing/held-back-notices.ts";
import type { Channel, ChannelHandler } from "../../../../src/net/session/channel.ts";
import { openChannel } from "../../../../src/net/session/open-channel.ts";
import { chunksOf } from "../../../../src/platform/chunks.ts";
import { type BlockingDisk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { beneath } from "../../../../src/platform/disk/reach/anchor.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { hash } from "../../../../src/platform/hash.ts";
import { DescriptorTable } from "../../../../src/platform/workers/descriptor-table.ts";
import { MAX_BATCH, SMALL_FILE_BYTES } from "../../../../src/protocol/fields.ts";
import type { Message } from "../../../../src/protocol/messages/messages.ts";
import { DATA_HEARTBEAT } from "../../../../src/protocol/timing.ts";
import { versionId } from "../../../../src/protocol/versions/version.ts";
import type { ConnectionEvent } from "../../../../src/transfer/connection/messages.ts";
import { SmallFilesConnection } from "../../../../src/transfer/connection/small-files-connection.ts";
import { anchorAt } from "../../../support/anchor.ts";
import { drive } from "../../../support/drive.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { FakeNetwork } from "../../../support/fake-network.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { inEnglish } from "../../../support/in-english.ts";

const PLACE = { host: "s1", port: 50_001 };

/** In microseconds since 1970. */
const MODIFIED = 1_000_000_000_123_457;

interface File {
  readonly id: string;
  readonly bytes: Buffer;
}

function file(size: number, fill: number): File {
  const bytes = Buffer.alloc(size, fill);
  return { id: versionId(size, size === 0 ? bytes : hash(bytes)), bytes };
}

/** How a source answers a list of files. */
type Answer = (channel: Channel, request: number, files: readonly File[], clock: FakeClock) => void;

const honest = (channel: Channel, request: number, files: readonly File[]) => {
  const payload = Buffer.concat(files.map(({ bytes }) => bytes));
  const sizes = files.map(({ bytes }) => bytes.length);
  channel.send({ type: "contents", request, sizes, payload: payload.length }, payload);
};

/** Fetches a bundle from a source that answers lists so, and pieces honestly. */
async function fetch(
  files: readonly File[],
  answer: Answer = honest,
  disk: BlockingDisk = systemBlockingDisk,
  rate = Number.POSITIVE_INFINITY,
  /** When it sends a piece. */
  sendPiece: (send: () => void, clock: FakeClock) => void = (send) => send(),
) {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  network.shape(PLACE, { latency: 1, rate, buffer: 1024 * 1024, chunk: 4096 });
  const byId = new Map(files.map((one) => [one.id, one]));
  const asked: string[] = [];
  network.listen(PLACE, (socket) => {
    let channel: Channel;
    const message = (message: Message, payload: Uint8Array) => {
      asked.push(message.type);
      if (message.type === "files") {
        const ids = Array.from({ length: payload.length / 32 }, (_, index) =>
          Buffer.from(payload.subarray(index * 32, (index + 1) * 32)).toString("hex"),
        );
        const wanted = ids.flatMap((id) => byId.get(id) ?? []);
        answer(channel, message.request, wanted, clock);
      } else if (message.type === "piece") {
        const { bytes } = byId.get(message.id) ?? file(0, 0);
        const block = { type: "block", request: message.request, payload: bytes.length } as const;
        sendPiece(() => channel.send(block, bytes), clock);
      }
    };
    const handler: ChannelHandler = { greeted() {}, message, block() {}, drained() {}, closed() {} };
    channel = openChannel(socket, { clock, role: "secondary", side: "accepts", heartbeat: DATA_HEARTBEAT }, handler);
    return channel.socketEvents;
  });
  const events: ConnectionEvent[] = [];
  const connection = new SmallFilesConnection({ clock, network, disk }, (event) => events.push(event));
  const folder = path.join(temporaryFolder(), "small-files");
  const small = files.map(({ id, bytes }) => ({ id, size: bytes.length, modified: MODIFIED }));
  const unnamed = DescriptorTable.of(files.length);
  connection.command({
    kind: "small-files",
    spec: { number: 1, address: PLACE, folder, reach: "real", files: small, unnamed: unnamed.memory },
  });
  await drive(clock, "the end of the connection", () => events.some(({ kind }) => kind === "ended"), 50);
  const filed = events.find((event) => event.kind === "stored");
  const contents = new Map<number, Buffer>();
  const times = new Set<bigint>();
  for (const place of filed?.places ?? []) {
    const file = unnamed.get(place) ?? fs.openSync(path.join(folder, String(place)), "r");
    contents.set(place, fs.readFileSync(`/proc/self/fd/${file}`));
    times.add(fs.fstatSync(file, { bigint: true }).mtimeNs);
    if (unnamed.get(place) === null) fs.closeSync(file);
  }
  const handedOver = [...unnamed.drain()];
  for (const fd of handedOver) fs.closeSync(fd);
  return { asked, events, filed, contents, times, handedOver, named: fs.readdirSync(folder).length };
}

const ended = (events: readonly ConnectionEvent[]) =>
  events.flatMap((event) => (event.kind === "ended" ? [event.end] : []));

test("many small files come with few messages, empty ones with none, and larger ones as pieces", async () => {
  const files = [
    ...Array.from({ length: 200 }, (_, index) => file(100 + index, index)),
    file(0, 0),
    file(SMALL_FILE_BYTES + 1, 7),
  ];
  const { asked, events, filed, contents, times, named } = await fetch(files);
  expect([...times]).toEqual([BigInt(MODIFIED) * 1000n]);
  expect(asked.filter((type) => type === "files")).toHaveLength(Math.ceil(200 / MAX_BATCH));
  expect(asked.filter((type) => type === "piece")).toHaveLength(1);
  expect(ended(events)).toEqual([{ cause: "stopped" }]);
  expect(filed?.places.toSorted((left, right) => left - right)).toEqual([...files.keys()]);
  for (const [place, { bytes }] of files.entries()) expect(contents.get(place)?.equals(bytes)).toBe(true);
  expect(named).toBe(0);
  const hashed = filed?.places.filter((place) => (files[place]?.bytes.length ?? 0) > 0) ?? [];
  const hashes = Buffer.concat(hashed.map((place) => hash(files[place]?.bytes ?? Buffer.alloc(0))));
  expect(hashes.equals(filed?.hashes ?? Buffer.alloc(0))).toBe(true);
});

test("what a source cannot send with others is asked for as a piece", async () => {
  const files = [file(5, 1), file(6, 2), file(7, 3)];
  const { asked, filed } = await fetch(files, (channel, request, [, second]) => {
    const payload = second?.bytes ?? Buffer.alloc(0);
    channel.send({ type: "contents", request, sizes: [null, payload.length, null], payload: payload.length }, payload);
  });
  expect(asked).toEqual(["files", "piece", "piece"]);
  expect(filed?.places.toSorted()).toEqual([0, 1, 2]);
});

test("while 4 MiB are asked for and have not come, nothing more is asked for", async () => {
  const files = Array.from({ length: 128 }, (_, index) => file(SMALL_FILE_BYTES, index));
  const unanswered = new Set<number>();
  const counts: number[] = [];
  const { filed } = await fetch(files, (channel, request, wanted, clock) => {
    unanswered.add(request);
    counts.push(unanswered.size);
    clock.after(500, () => {
      unanswered.delete(request);
      for (const some of chunksOf(wanted, 8)) honest(channel, request, some);
    });
  });
  expect(filed?.places).toHaveLength(files.length);
  expect(counts).toEqual([1, 1]);
});

test("so it is with files that come as pieces", async () => {
  const size = 512 * 1024;
  const files = Array.from({ length: 20 }, (_, index) => file(size, index));
  let waiting = 0;
  let most = 0;
  const { filed } = await fetch(files, honest, systemBlockingDisk, Number.POSITIVE_INFINITY, (send, clock) => {
    waiting += 1;
    most = Math.max(most, waiting);
    clock.after(500, () => {
      waiting -= 1;
      send();
    });
  });
  expect(filed?.places).toHaveLength(files.length);
  expect(most).toBe(8);
});

test("while two lists have not come, nothing more is asked for", async () => {
  const files = Array.from({ length: 5 * MAX_BATCH }, (_, index) => file(1 + (index >> 8), index % 256));
  const waiting: (() => void)[] = [];
  const counts: number[] = [];
  const { filed } = await fetch(files, (channel, request, wanted, clock) => {
    waiting.push(() => honest(channel, request, wanted));
    counts.push(waiting.length);
    clock.after(500, () => waiting.shift()?.());
  });
  expect(filed?.places).toHaveLength(files.length);
  expect(Math.max(...counts)).toBe(2);
});

test("a sparse file stays so", async () => {
  const bytes = Buffer.alloc(500_000);
  bytes.write("in the middle", 300_000);
  const files = [{ id: versionId(bytes.length, hash(bytes)), bytes }, file(200_000, 0), file(200_000, 1)];
  let taken = 0;
  const disk: BlockingDisk = {
    ...systemBlockingDisk,
    syncfs(fd) {
      for (const open of written) taken += fs.fstatSync(open).blocks * 512;
      systemBlockingDisk.syncfs(fd);
    },
    openTmpfile(folder) {
      const fd = systemBlockingDisk.openTmpfile(folder);
      if (fd !== null) written.push(fd);
      return fd;
    },
  };
  const written: number[] = [];
  const { contents } = await fetch(files, honest, disk);
  for (const [place, { bytes }] of files.entries()) expect(contents.get(place)?.equals(bytes)).toBe(true);
  expect(written).toHaveLength(3);
  expect(taken).toBeGreaterThan(200_000);
  expect(taken).toBeLessThan(300_000);
});

test("wrong bytes and wrong lengths are reported, and the others are kept", async () => {
  const files = [file(5, 1), file(5, 2), file(5, 3)];
  const { events, filed } = await fetch(files, (channel, request) => {
    const payload = Buffer.concat([Buffer.alloc(5, 9), Buffer.alloc(4, 2), Buffer.alloc(5, 3)]);
    channel.send({ type: "contents", request, sizes: [5, 4, 5], payload: payload.length }, payload);
  });
  expect(events.flatMap((event) => (event.kind === "bad" ? [event.piece] : []))).toEqual([0, 1]);
  expect(filed?.places).toEqual([2]);
});

const send = (sizes: number[], length: number): Answer => {
  return (channel, request) => {
    channel.send({ type: "contents", request, sizes, payload: length }, Buffer.alloc(length, 1));
  };
};

test.each([
  ["more files than asked for", send([5, 5], 10)],
  ["less than it said", send([5], 4)],
  ["more than it said", send([5], 6)],
  ["nothing at all", send([], 0)],
])("a source that sends %s is at fault", async (_, answer) => {
  const { events } = await fetch([file(5, 1)], answer);
  expect(ended(events)).toMatchObject([{ cause: "source", fault: "offence" }]);
});

const misorders: [string, Answer][] = [
  [
    "sent more than a list of files holds",
    (channel, request, files) => {
      for (let twice = 0; twice < 2; twice++) honest(channel, request, files);
    },
  ],
  ["sent bytes that nobody had asked for", (channel, request, files) => honest(channel, request + 7, files)],
  [
    "sent bytes of a piece where a list of files was due",
    (channel, request) => channel.send({ type: "block", request, payload: 5 }, Buffer.alloc(5, 1)),
  ],
  [
    "refused what nobody had asked for",
    (channel, request) => channel.send({ type: "refusal", request: request + 7, code: "busy", message: "" }),
  ],
  [
    "answered what nobody had asked for",
    (channel, request) => channel.send({ type: "opened", request, all: true, payload: 0 }),
  ],
];
test.each(misorders)("a source is at fault that %s", async (message, answer) => {
  const { events } = await fetch(
    Array.from({ length: MAX_BATCH + 1 }, () => file(5, 1)),
    answer,
  );
  expect(inEnglish(ended(events))).toEqual([{ cause: "source", fault: "offence", message }]);
});

test("an answer that leaves out an earlier one is an offence", async () => {
  const files = Array.from({ length: MAX_BATCH + 1 }, (_, index) => file(5, index % 256));
  const waiting: [number, readonly File[]][] = [];
  const { events } = await fetch(files, (channel, request, some) => {
    waiting.push([request, some]);
    const [, second] = waiting;
    if (second) honest(channel, ...second);
  });
  expect(inEnglish(ended(events))).toEqual([
    { cause: "source", fault: "offence", message: "left out a list of files" },
  ]);
});

test("a source that answers nothing is left, and what it gave before counts", async () => {
  let count = 0;
  const files = Array.from({ length: MAX_BATCH + 1 }, (_, index) => file(index + 1, 1));
  const { events, filed } = await fetch(files, (channel, request, some) => {
    count += 1;
    if (count === 1) honest(channel, request, some);
  });
  expect(inEnglish(ended(events))).toEqual([{ cause: "source", fault: null, message: "has not answered for 20 s" }]);
  expect(filed?.places).toHaveLength(MAX_BATCH);
});

test.each([
  ["slow is waited for", 2, { cause: "stopped" }],
  ["slower than any line is left", 0.2, { cause: "source", fault: null, message: "has not answered for 20 s" }],
] as const)("a source that is %s", async (_, rate, end) => {
  const { events } = await fetch(
    [file(SMALL_FILE_BYTES, 1), file(SMALL_FILE_BYTES + 1, 2)],
    honest,
    systemBlockingDisk,
    rate,
  );
  expect(inEnglish(ended(events))).toEqual([end]);
});

test("a source that its limit holds back for a minute is waited for", async () => {
  const files = [file(5, 1)];
  const { events, filed } = await fetch(files, (channel, request, wanted, clock) => {
    const stopTelling = tellHeldBack(clock, channel);
    clock.after(60_000, () => {
      stopTelling();
      honest(channel, request, wanted);
    });
  });
  expect(ended(events)).toEqual([{ cause: "stopped" }]);
  expect(filed?.places).toEqual([0]);
});

test("files that are refused are not waited for", async () => {
  const { events, filed } = await fetch([file(5, 1), file(0, 0)], (channel, request) => {
    channel.send({ type: "refusal", request, code: "busy", message: "too many" });
  });
  expect(ended(events)).toEqual([{ cause: "stopped" }]);
  expect(filed?.places).toEqual([1]);
});

test("where a file cannot be without a name it gets one", async () => {
  const files = [file(5, 1), file(6, 2)];
  const { contents, named } = await fetch(files, honest, { ...systemBlockingDisk, openTmpfile: () => null });
  expect([...contents.values()]).toEqual(files.map(({ bytes }) => bytes));
  expect(named).toBe(2);
});

test("files have names from the start where there is no other way", async () => {
  const files = Array.from({ length: 20 }, (_, index) => file(index + 1, 1));
  const disk = { ...systemBlockingDisk, openTmpfile: () => null };
  const { handedOver, contents, named } = await fetch(files, honest, disk);
  expect(handedOver).toEqual([]);
  for (const [place, { bytes }] of files.entries()) expect(contents.get(place)?.equals(bytes)).toBe(true);
  expect(named).toBe(20);
});

test("all that stays open of a bundle that the disk did not take is handed over", async () => {
  const opened: number[] = [];
  const disk: BlockingDisk = {
    ...systemBlockingDisk,
    openTmpfile(folder) {
      const fd = systemBlockingDisk.openTmpfile(folder);
      if (fd !== null) opened.push(fd);
      return fd;
    },
    syncfs() {
      throw new DiskError("full", "folder", "the disk is full");
    },
  };
  const { events, filed, handedOver } = await fetch([file(5, 1), file(6, 2)], honest, disk);
  expect(filed).toBeUndefined();
  expect(ended(events)).toEqual([{ cause: "disk", failure: "full", message: "the disk is full" }]);
  expect(opened).toHaveLength(2);
  expect(handedOver).toEqual(opened);
  for (const fd of opened) expect(() => fs.fstatSync(fd)).toThrow();
});

test("the folder of a bundle is made only where it may be", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork(clock);
  const events: ConnectionEvent[] = [];
  const connection = new SmallFilesConnection({ clock, network, disk: systemBlockingDisk }, (event) =>
    events.push(event),
  );
  const above = temporaryFolder();
  const reach = beneath({ ...anchorAt(above), inode: 0n });
  const spec = { number: 1, address: PLACE, folder: path.join(above, "small-files"), reach, files: [] };
  connection.command({ kind: "small-files", spec: { ...spec, unnamed: DescriptorTable.of(1).memory } });
  await drive(clock, "the end of the connection", () => events.some(({ kind }) => kind === "ended"));
  expect(inEnglish(ended(events))).toEqual([
    { cause: "disk", failure: "away", message: expect.stringContaining(above) },
  ]);
  expect(fs.readdirSync(above)).toEqual([]);
});
