import { beforeEach, expect, test } from "bun:test";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import type { Messages } from "../../../../src/protocol/messages/messages.ts";
import { FIGURES_INTERVAL_MS } from "../../../../src/protocol/timing.ts";
import { DiskRoom } from "../../../../src/secondary/figures/disk-room.ts";
import { FiguresTeller } from "../../../../src/secondary/figures/figures-teller.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const REPAIRS = { wrongPieces: 0, repairedPieces: 0, damaged: 0, repaired: 0, waiting: 0 };

let clock: FakeClock;
let told: Messages["figures"][];
let connected: boolean;
let received: number;
/** What the disk answers when it is asked for its free room. */
let free: () => Promise<number>;
let asked: number;
let missing: string | null;
let teller: FiguresTeller;
let room: DiskRoom;

beforeEach(() => {
  clock = new FakeClock();
  [told, connected, received, asked, missing] = [[], true, 0, 0, null];
  free = async () => 5;
  const disk = {
    totalBytes: async () => 10,
    freeBytes: () => {
      asked += 1;
      return free();
    },
  };
  room = new DiskRoom({ clock, disk, folder: "/videos", missing: () => missing });
  teller = new FiguresTeller({
    clock,
    room,
    link: {
      get connected() {
        return connected;
      },
      figures: (figures) => void told.push(figures),
    },
    counted: () => ({
      traffic: { toClients: 0, toSecondaries: 0, overHttp: 0, received },
      kept: 0,
      copied: 0,
      repairs: REPAIRS,
    }),
  });
  teller.start();
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function pass(milliseconds: number): Promise<void> {
  clock.advance(milliseconds);
  await settle();
}

test("figures are told at once after a registration, and then at most once in an interval, when something has changed", async () => {
  teller.registered();
  await settle();
  expect(told.map(({ room }) => room)).toEqual([{ total: 10, free: 5 }]);
  for (let time = 0; time < 5; time += 1) await pass(FIGURES_INTERVAL_MS);
  expect(told).toHaveLength(1);
  for (let time = 1; time <= 20; time += 1) {
    received += 100;
    await pass(FIGURES_INTERVAL_MS / 10);
  }
  expect(told.slice(1).map(({ traffic }) => traffic.received)).toEqual([1000, 1000]);
  teller.stop();
  received += 100;
  await pass(10 * FIGURES_INTERVAL_MS);
  expect(told).toHaveLength(3);
});

test("nobody is told while there is no session, and the next one is told all", async () => {
  connected = false;
  received = 7;
  await pass(FIGURES_INTERVAL_MS);
  expect([told, asked]).toEqual([[], 0]);
  connected = true;
  teller.registered();
  await settle();
  expect(told.map(({ traffic }) => traffic.received)).toEqual([7]);
});

test("a disk that hangs is asked once, and keeps back nothing else", async () => {
  free = () => new Promise<number>(() => {});
  teller.registered();
  await pass(1000);
  received = 3;
  await pass(FIGURES_INTERVAL_MS);
  await pass(1000);
  expect(told.map(({ room, traffic }) => [room, traffic.received])).toEqual([
    [null, 0],
    [null, 3],
  ]);
  expect(asked).toBe(1);
});

test("a session that begins while a slow disk is asked is told once", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  free = () => promise;
  teller.registered();
  received = 3;
  teller.registered();
  resolve(5);
  await settle();
  expect(told.map(({ traffic }) => traffic.received)).toEqual([3]);
});

test("a disk that fails, or is not there, has no room that is known", async () => {
  free = async () => {
    throw new DiskError("other", "/videos", "input/output error");
  };
  expect(await room.read()).toBeNull();
  free = async () => 5;
  expect(await room.read()).toEqual({ total: 10, free: 5 });
  missing = "it is not mounted";
  expect(await room.read()).toBeNull();
});
