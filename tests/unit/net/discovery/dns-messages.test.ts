import { describe, expect, test } from "bun:test";
import dns, { type DnsRecord } from "dns-packet";
import fc from "fast-check";
import {
  encodeAnnouncement,
  encodeQuestion,
  MAX_MESSAGE_BYTES,
  MAX_RECORDS,
  parseMessage,
} from "../../../../src/net/discovery/dns-messages.ts";

const CENTRAL = { instance: "server0 3fa9c2d1", port: 50_000, addresses: ["192.168.1.5", "fd00::5"] };
const NAME = "server0 3fa9c2d1._redes._tcp.local";

const answer = (...answers: DnsRecord[]) => dns.encode({ type: "response", answers });
const pointer = (data: string, ttl = 100): DnsRecord => ({ name: "_redes._tcp.local", type: "PTR", ttl, data });
const place = (target: string, port = 50_000, name = NAME): DnsRecord => ({
  ...{ name, type: "SRV", ttl: 100, data: { priority: 0, weight: 0, port, target } },
});
const at = (name: string, data: string): DnsRecord => ({
  ...{ name, type: data.includes(":") ? "AAAA" : "A", ttl: 100, data },
});

function announcements(bytes: Uint8Array) {
  const message = parseMessage(bytes);
  if (message?.kind !== "answer") throw new Error("no answer");
  return message.announcements;
}

test("an announcement is read as it was written", () => {
  expect(announcements(encodeAnnouncement(CENTRAL))).toEqual([CENTRAL]);
});

test("one that ends announces nothing", () => {
  expect(announcements(encodeAnnouncement(CENTRAL, true))).toEqual([]);
});

test("it has what other programs ask for: a kind of service, its place, a text, and the addresses of a host of its own", () => {
  const { type, answers = [] } = dns.decode(Buffer.from(encodeAnnouncement(CENTRAL)));
  expect(type).toBe("response");
  const target = "redes-3366613963326431.local";
  expect(answers.map(({ name, type, data }) => [name, type, data])).toEqual([
    ["_redes._tcp.local", "PTR", NAME],
    ["_services._dns-sd._udp.local", "PTR", "_redes._tcp.local"],
    [NAME, "SRV", { priority: 0, weight: 0, port: 50_000, target }],
    [NAME, "TXT", [Buffer.from("txtvers=1")]],
    [target, "A", "192.168.1.5"],
    [target, "AAAA", "fd00::5"],
  ]);
  // A kind of service is shared with others; the rest is its own alone.
  expect(answers.map(({ flush }) => flush)).toEqual([false, false, true, true, true, true]);
  expect(answers.map(({ ttl }) => ttl)).toEqual([4500, 4500, 120, 4500, 120, 120]);
});

describe("a question", () => {
  const ask = (name: string, answers: DnsRecord[] = []) =>
    parseMessage(dns.encode({ type: "query", questions: [{ name, type: "PTR" }], answers }), [NAME]);

  test("is one for centrals, for all services, or for this very one", () => {
    expect(parseMessage(encodeQuestion())).toEqual({ kind: "question", known: [] });
    for (const name of ["_REDES._tcp.local", "_services._dns-sd._udp.local", NAME.toUpperCase()])
      expect(ask(name)).toEqual({ kind: "question", known: [] });
    expect(ask("_http._tcp.local")).toBeNull();
  });

  test("says what is known already, where it is known for long enough", () => {
    expect(ask("_redes._tcp.local", [pointer(NAME, 2250)])).toEqual({ kind: "question", known: [NAME] });
    expect(ask("_redes._tcp.local", [pointer(NAME, 2249)])).toEqual({ kind: "question", known: [] });
  });
});

describe("of an answer nothing counts", () => {
  test.each([
    ["without its place", answer(pointer(NAME))],
    ["with a place of no port", answer(pointer(NAME), place("h.local", 0), at("h.local", "10.0.0.1"))],
    ["of another kind", answer(pointer("a._http._tcp.local"), place("h.local", 1, "a._http._tcp.local"))],
    ["with no name", answer(pointer("_redes._tcp.local"), place("h.local", 1, "_redes._tcp.local"))],
    ["that is not asked for", answer(place("h.local"), at("h.local", "10.0.0.1"))],
  ])("%s", (_, bytes) => {
    expect(announcements(bytes)).toEqual([]);
  });

  test("but its addresses, each once, and eight at most", () => {
    const hosts = Array.from({ length: 20 }, (_, index) => `10.0.0.${index >> 1}`);
    const found = announcements(answer(pointer(NAME), place("h.local"), ...hosts.map((host) => at("H.local", host))));
    expect(found.map(({ addresses }) => addresses)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7].map((last) => `10.0.0.${last}`)]);
    const foreign = announcements(answer(pointer(NAME), place("h.local"), at("other.local", "10.0.0.1")));
    expect(foreign.map(({ addresses }) => addresses)).toEqual([[]]);
  });

  test("where there are more records than one can need", () => {
    const records = [
      pointer(NAME),
      place("h.local"),
      ...Array.from({ length: MAX_RECORDS - 1 }, () => at("h", "10.0.0.1")),
    ];
    expect(announcements(answer(...records.slice(0, MAX_RECORDS)))).toHaveLength(1);
    expect(parseMessage(answer(...records))).toBeNull();
    const bytes = Buffer.from(answer(...records.slice(0, 2)));
    for (const offset of [4, 6, 8, 10]) {
      const lies = Buffer.from(bytes);
      lies.writeUInt16BE(0xffff, offset);
      expect(parseMessage(lies)).toBeNull();
    }
  });
});

describe("what is no message of DNS", () => {
  test("is nothing, and nothing throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        parseMessage(bytes);
      }),
    );
  });

  test("nor where a real one is changed or cut off", () => {
    const real = [encodeQuestion(), encodeAnnouncement(CENTRAL)];
    fc.assert(
      fc.property(
        fc.constantFrom(...real),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.nat(200),
        (bytes, changes, length) => {
          const changed = Uint8Array.from(bytes);
          for (const [index, value] of changes) if (index < changed.length) changed[index] = value;
          const message = parseMessage(changed.subarray(0, length));
          if (message?.kind !== "answer") return;
          for (const { port } of message.announcements) {
            expect(port).toBeGreaterThan(0);
            expect(port).toBeLessThan(65_536);
          }
        },
      ),
    );
  });

  test("is one that is too long", () => {
    const question = encodeQuestion();
    const padded = new Uint8Array(MAX_MESSAGE_BYTES);
    padded.set(question);
    expect(parseMessage(padded)).toEqual({ kind: "question", known: [] });
    const long = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    long.set(question);
    expect(parseMessage(long)).toBeNull();
  });
});
