import { beforeEach, expect, test } from "bun:test";
import type { Effect } from "../../../../src/central/registry/effect.ts";
import type { Registry } from "../../../../src/central/registry/registry.ts";
import { ConnectedSecondaries } from "../../../../src/central/sessions/connected-secondaries.ts";
import type { Channel, CloseReason } from "../../../../src/net/session/channel.ts";
import { PeerError } from "../../../../src/protocol/errors.ts";
import type { HttpAddress } from "../../../../src/protocol/fields.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { held, newRegistry } from "../fixtures.ts";
import { FakeChannel } from "./fake-channel.ts";

const BROKEN: CloseReason = { cause: "lost", message: "the connection broke" };
const EPOCH = "a".repeat(32);
const ADDRESS_KEY = "k".repeat(43);

let registry: Registry;
let channels: Map<number, Channel>;
let lines: string[];
let notified: string[][];
let lost: number[];
let digestsLost: number[];
/** Secondaries whose figures say nothing any more. */
let figuresGone: number[];
let applied: Effect[];
/** Those that are stored as belonging to the cluster. */
let known: string[];
let secondaries: ConnectedSecondaries;

beforeEach(() => {
  registry = newRegistry();
  channels = new Map();
  lines = [];
  notified = [];
  [lost, digestsLost, figuresGone] = [[], [], []];
  [applied, known] = [[], []];
  const log = (_: string, text: string) => void lines.push(String(text));
  secondaries = new ConnectedSecondaries(
    {
      clock: new FakeClock(),
      log: { info: log, warn: log, error: log },
      limitedLog: { warn: log },
      registry,
      driver: { apply: (effects) => void applied.push(...effects), orderSoon() {} },
      subscriptions: {
        subscribedNamesAt: (number) => (registry.sources.hasAnyOf(number, "f") ? ["f"] : []),
        notify: (names) => void notified.push([...names]),
      },
      keptFiles: { secondaryLost: (number) => void lost.push(number) },
      digests: { secondaryLost: (number) => void digestsLost.push(number) },
      figures: { sessionChanged: (number) => void figuresGone.push(number) },
      keyDesk: { joined: () => {} },
      known: { registered: ({ number, host, port }) => void known.push(`${number} at ${host}:${port}`) },
      epoch: EPOCH,
      addressKey: ADDRESS_KEY,
    },
    channels,
  );
});

function register(
  number: number,
  { instance = "one", epoch = EPOCH, removal = 0, http = null as HttpAddress | null } = {},
) {
  const fake = new FakeChannel();
  const place = { host: "10.0.0.1", port: 5, http };
  const accepted = secondaries.register(fake.channel, { number, instance, ...place, epoch, removal });
  return { fake, accepted, channel: fake.channel };
}

test("losses are logged with what is left, and subscribers hear of them after the registry", () => {
  const [one, two] = [register(1), register(2)];
  registry.announce(1, 1, [held("f", "1")], [], true, 0);
  lines.length = 0;
  secondaries.lost(one.channel, 1, BROKEN);
  secondaries.lost(two.channel, 2, BROKEN);
  expect(figuresGone).toEqual([1, 2, 1, 2]);
  expect(lines).toEqual([
    "secondary 1 is lost (the connection broke); 1 secondary left",
    "secondary 2 is lost (the connection broke); no secondary is left",
  ]);
  expect({ notified, lost, left: channels.size }).toEqual({ notified: [["f"], []], lost: [1, 2], left: 0 });
  expect(digestsLost).toEqual([1, 2]);
  expect(registry.secondaries.get(1)?.phase).toBe("lost");
});

test("one that says that it stops is stopped and not lost, until it comes back", () => {
  const one = register(1);
  registry.announce(1, 1, [held("f", "1")], [], true, 0);
  lines.length = 0;
  const error = new PeerError("stopping", "this secondary stops");
  secondaries.lost(one.channel, 1, { cause: "theirs", message: error.message, error });
  expect(lines).toEqual(["secondary 1 was stopped; no secondary is left"]);
  expect(registry.secondaries.get(1)).toMatchObject({ phase: "lost", isStopped: true });
  register(1);
  expect(registry.secondaries.get(1)).toMatchObject({ phase: "announcing", isStopped: false });
});

test("a channel that the same secondary has replaced is no loss; another process does not get its number", () => {
  const first = register(1);
  const again = register(1);
  expect([first.fake.ended, again.fake.joined]).toEqual(["it has connected again", true]);
  secondaries.lost(first.channel, 1, BROKEN);
  expect([channels.get(1), lost]).toEqual([again.channel, []]);
  const other = register(1, { instance: "two" });
  expect([other.accepted, other.fake.ended, channels.get(1)]).toEqual([false, "number-taken", again.channel]);
});

test("tombstones of another central's history are sent from the first one on", () => {
  register(1);
  registry.announce(1, 1, [held("f", "1")], [], true, 0);
  registry.remove("f", 3);
  applied.length = 0;
  register(2, { removal: 3 });
  expect(applied).toEqual([]);
  register(3, { epoch: "b".repeat(32), removal: 3 });
  expect(applied).toMatchObject([{ kind: "send", to: 3, message: { type: "remove", serial: 3 } }]);
});

test("a missing disk is logged once, and so is its return", () => {
  register(1);
  registry.announce(1, 1, [held("f", "1")], [], true, 0);
  lines.length = 0;
  for (const reason of ["no marker", "not mounted"]) secondaries.diskChanged(1, { type: "disk", there: false, reason });
  expect([lines, registry.secondaries.get(1)?.diskFault]).toEqual([
    ["secondary 1 shares nothing now: no marker"],
    "not mounted",
  ]);
  expect(notified).toEqual([["f"], []]);
  lines.length = 0;
  for (let times = 0; times < 2; times += 1) secondaries.diskChanged(1, { type: "disk", there: true, reason: "" });
  expect(lines).toEqual(["secondary 1 has its disk again"]);
  expect(registry.secondaries.get(1)?.phase).toBe("announcing");
});

test("of a thousand that are known, none more is taken, and each of them can come back", () => {
  for (let number = 1; number <= 1000; number++) expect(register(number).accepted).toBe(true);
  lines.length = 0;
  const further = register(1001);
  expect([further.accepted, further.fake.ended]).toEqual([false, "busy"]);
  expect(lines).toEqual(["the central knows 1000 secondaries, as many as may be; secondary 1001 is refused"]);
  secondaries.lost(channels.get(5) ?? further.channel, 5, BROKEN);
  expect(register(5, { instance: "two" }).accepted).toBe(true);
});

test("where a secondary answers HTTP is known as others reach it", () => {
  register(1, { http: { host: null, port: 81, tls: false } });
  register(2, { http: { host: "files.example", port: 443, tls: true } });
  register(3);
  expect(registry.secondaries.sorted().map(({ http }) => http)).toEqual([
    { host: "10.0.0.1", port: 81, tls: false },
    { host: "files.example", port: 443, tls: true },
    null,
  ]);
});

test("where only its own machine can reach its HTTP, that is told once, and it counts as none", () => {
  const http = { host: "127.0.0.1", port: 81, tls: false };
  for (const instance of ["one", "one"]) register(1, { instance, http });
  expect(registry.secondaries.get(1)?.http).toBeNull();
  expect(lines.filter((line) => line.includes("answers HTTP at 127.0.0.1:81"))).toHaveLength(1);
});

test("its disk may be gone and back: it answers HTTP where it did", () => {
  const http = { host: "10.0.0.1", port: 81, tls: false };
  register(1, { http });
  secondaries.diskChanged(1, { type: "disk", there: false, reason: "no marker" });
  secondaries.diskChanged(1, { type: "disk", there: true, reason: "" });
  expect(registry.secondaries.get(1)).toMatchObject({ phase: "announcing", http });
});

test("who registers is stored as belonging to the cluster, and who is refused is not", () => {
  register(1);
  register(1, { instance: "another" });
  expect(known).toEqual(["1 at 10.0.0.1:5"]);
});
