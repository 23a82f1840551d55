import { expect, test } from "bun:test";
import { ServerLoad } from "../../../../src/net/session/fairness/server-load.ts";
import type { Socket } from "../../../../src/net/transport/network.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import { encode } from "../../../../src/protocol/codec.ts";
import { type Message, PROTOCOL_VERSION } from "../../../../src/protocol/messages/messages.ts";
import { PieceSession } from "../../../../src/secondary/serving/piece-session.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { decodeParts } from "../../../support/frame-log.ts";
import { noUploads } from "../../../support/no-uploads.ts";

const ID = "a".repeat(64);

/** A session whose disk and store answer when they are told to. */
class SlowSession {
  readonly asked: (() => void)[] = [];
  readonly stored: ((stored: boolean) => void)[] = [];
  private readonly written: Uint8Array[] = [];
  private readonly session: PieceSession;

  constructor() {
    const clock = new FakeClock();
    const idle = { pause() {}, resume() {}, shutdown() {}, destroy() {} };
    const socket: Socket = {
      ...{ remoteHost: "h", remotePeer: null, writeFile: () => 0, ...idle },
      write: (bytes) => this.written.push(bytes.slice()) && bytes.length,
    };
    const whenTold = <T>(value: T) => new Promise<T>((resolve) => void this.asked.push(() => resolve(value)));
    const pieces = { acquire: () => whenTold(null), hashes: () => whenTold(null), expects: () => false };
    const smallFiles = { find: () => null, read: async () => ({ sizes: [], bytes: new Uint8Array(0) }) };
    const storeReport = () => new Promise<boolean>((resolve) => void this.stored.push(resolve));
    const parts = { clock, disk: systemDisk, log: silentLog, load: new ServerLoad(clock), smallFiles, storeReport };
    const pace = { allowance: () => UNLIMITED };
    const notified = {
      pace,
      uploads: noUploads,
      sent: { client: 0, secondary: 0 },
      served() {},
      greeted() {},
      closed() {},
    };
    this.session = new PieceSession(
      { ...parts, ...notified, pieces: { ...pieces, descriptorsScarce: () => false } },
      socket,
    );
    this.sends({ type: "hello", version: PROTOCOL_VERSION, role: "client" });
    this.answers();
  }

  sends(message: Message): void {
    this.session.channel.socketEvents.data(Buffer.from(encode(message)));
  }

  /** What was answered since the last time. */
  answers(): Message[] {
    return decodeParts(this.written.splice(0)).map(({ message }) => message);
  }
}

test("of questions that a slow disk does not answer, further ones are refused", async () => {
  const slow = new SlowSession();
  for (let request = 0; request < 100; request++) {
    if (request % 2 === 0) slow.sends({ type: "manifest", request, id: ID });
    else slow.sends({ type: "open", request, id: ID, name: "f", download: null });
  }
  expect(slow.asked).toHaveLength(64);
  const refused = slow.answers();
  expect(refused).toHaveLength(36);
  expect(refused[0]).toMatchObject({ type: "refusal", request: 64, code: "busy" });
  for (const answer of slow.asked) answer();
  await Bun.sleep(0);
  expect(slow.answers()).toHaveLength(64);
  slow.sends({ type: "manifest", request: 200, id: ID });
  expect(slow.asked).toHaveLength(65);
});

test("of reports that a slow disk does not store, further ones are not taken", async () => {
  const slow = new SlowSession();
  const report = (download: string) => {
    const fields = { download, client: "ana", name: "f", id: ID, outcome: "done", sources: [] } as const;
    slow.sends({ type: "finish", report: { ...fields, sources: [] } });
  };
  for (let count = 0; count < 300; count++) report(count.toString(16).padStart(32, "0"));
  expect(slow.stored).toHaveLength(256);
  for (const stored of slow.stored) stored(true);
  await Bun.sleep(0);
  expect(slow.answers()).toHaveLength(256);
  report("f".repeat(32));
  expect(slow.stored).toHaveLength(257);
});
