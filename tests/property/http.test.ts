import { expect, test } from "bun:test";
import fc from "fast-check";
import * as v from "valibot";
import { checkHost } from "../../src/http/access/host-check.ts";
import { AddressSigner, checkSigned } from "../../src/http/access/signed-address.ts";
import { decodeCursor, encodeCursor } from "../../src/http/api/cursor.ts";
import { metalink } from "../../src/http/central/metalink.ts";
import { torrent } from "../../src/http/central/torrent.ts";
import { answerPropfind } from "../../src/http/client/webdav.ts";
import { requestedRange } from "../../src/http/files/byte-range.ts";
import { formatHttpDate, parseHttpDate } from "../../src/http/files/http-date.ts";
import { checkPreconditions } from "../../src/http/files/preconditions.ts";
import { isAddress, isLoopback, normalizeHost } from "../../src/net/address/address.ts";
import { DIGEST_BYTES } from "../../src/protocol/digests/piece-digests.ts";
import { fileName } from "../../src/protocol/fields.ts";
import { pieceCount } from "../../src/protocol/versions/version.ts";
import { readTorrent } from "../support/torrent.ts";
import { requestFor } from "../unit/http/request.ts";

/** What HTTP's pure parts make of anything that may come. */

fc.configureGlobal({ includeErrorInReport: true });

const NOW = 1_800_000_000_000;
const ID = "ab".repeat(32);

/** Names of files, as odd as they may be. */
const oddText = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."&<>\"' %?#/]:;é\ufffe\uffff\u0085".split("")), minLength: 1, maxLength: 12 }),
  fc.constantFrom("]]>", "--", "&amp;", "<!--", "__proto__", "constructor", "0", "-1", "{}", " a", "a "),
);
const name = oddText.filter((text) => v.is(fileName, text));

test("a range is what BigInt makes of the words of RFC 9110, whatever numbers there are in it", () => {
  const size = fc.oneof(fc.nat(20), fc.maxSafeNat());
  const digits = fc.oneof(fc.nat(25).map(String), fc.maxSafeNat().map(String), fc.stringMatching(/^\d{0,40}$/));
  fc.assert(
    fc.property(digits, digits, size, (first, last, size) => {
      expect(requestedRange(`bytes=${first}-${last}`, size)).toEqual(expectedRange(first, last, BigInt(size)));
    }),
    { numRuns: 3000 },
  );
});

function expectedRange(first: string, last: string, size: bigint): ReturnType<typeof requestedRange> {
  const part = (start: bigint, end: bigint) => ({ kind: "part", start: Number(start), end: Number(end) }) as const;
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = BigInt(last);
    if (length === 0n) return { kind: "unsatisfiable" };
    if (size === 0n) return { kind: "whole" };
    return part(length > size ? 0n : size - length, size);
  }
  const start = BigInt(first);
  if (last !== "" && BigInt(last) < start) return { kind: "whole" };
  if (start >= size) return { kind: "unsatisfiable" };
  return part(start, last === "" || BigInt(last) >= size ? size : BigInt(last) + 1n);
}

test("any other text for a range is ignored", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      if (/^bytes[ \t]*=[ \t]*\d*-\d*[ \t]*$/i.test(text)) return;
      expect(requestedRange(text, 100)).toEqual({ kind: "whole" });
    }),
  );
});

test("a list of tags has those in it, with commas and all else that tags may have", () => {
  const opaque = fc.string({ unit: fc.constantFrom(..."ab,W/ *!é\\".split("")), maxLength: 6 });
  const tag = fc.tuple(fc.boolean(), opaque).map(([weak, text]) => ({ weak, text: `"${text}"` }));
  const separator = fc.constantFrom(",", ", ", " ,", " , ", ",,");
  fc.assert(
    fc.property(fc.array(tag, { minLength: 1 }), separator, tag, (tags, separator, { text: etag }) => {
      const header = tags.map(({ weak, text }) => `${weak ? "W/" : ""}${text}`).join(separator);
      const verdict = (name: string) =>
        checkPreconditions({ get: (one) => (one === name ? header : null) }, { etag, lastModified: null });
      const same = tags.filter(({ text }) => text === etag);
      expect(verdict("if-none-match")).toBe(same.length > 0 ? "not-modified" : "proceed");
      expect(verdict("if-match")).toBe(same.some(({ weak }) => !weak) ? "proceed" : "precondition-failed");
    }),
    { numRuns: 2000 },
  );
});

test("a time is read as it is written", () => {
  const seconds = fc.integer({ min: 0, max: 253_402_300_799 });
  fc.assert(fc.property(seconds, (seconds) => void expect(parseHttpDate(formatHttpDate(seconds))).toBe(seconds)));
});

test("no host is let in that a browser would look up under a name which is not allowed", () => {
  const names = new Set(["server1", "redes.example"]);
  const host = fc.oneof(
    fc.constantFrom("server1", "redes.example", "localhost", "127.0.0.1", "[::1]", "evil.example", "127.1", "0x7f.1"),
    fc.ipV4Extended(),
    fc.ipV6().map((address) => `[${address}]`),
    fc.domain(),
    fc.string({ unit: fc.constantFrom(..."0123456789abx.:[]%@/\\#?-_*,é\u3002\uff0e".split("")), maxLength: 14 }),
  );
  const port = fc.constantFrom("", ":80", ":", ":0", ":65536", ":@evil.example", ".", "#", "/..", "%2e");
  fc.assert(
    fc.property(host, port, (host, port) => {
      if (checkHost(`${host}${port}`, names) !== null) return;
      const looked = URL.parse(`http://${host}${port}/`)?.hostname;
      // What is no address of a page comes from no browser.
      if (looked === undefined) return;
      const found = normalizeHost(looked.replace(/^\[|\]$/g, "")).replace(/\.$/, "");
      expect([found, isAddress(found) || isLoopback(found) || names.has(found)]).toEqual([found, true]);
    }),
    { numRuns: 5000 },
  );
});

test("a signed address is good for its name, version and time alone", () => {
  const signer = new AddressSigner("01".repeat(32));
  const changes = fc.record(
    {
      name,
      version: fc.constantFrom(ID.replace("a", "b"), ID.toUpperCase(), `${ID} `, ""),
      expires: fc.oneof(fc.maxSafeNat().map(String), fc.constantFrom("", "+1", "1e9", "0x1", "٣")),
      signature: fc.oneof(fc.base64String(), fc.constant("A".repeat(86)), fc.constant("")),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(name, changes, (name, changed) => {
      const query = new URLSearchParams(signer.queryFor(name, ID, NOW));
      expect(checkSigned(name, query, signer.publicKey, NOW)).toEqual({ version: ID });
      const { name: asked = name, ...fields } = changed;
      const other = new URLSearchParams({ ...Object.fromEntries(query), ...fields });
      const isSame = asked === name && other.toString() === query.toString();
      expect("version" in checkSigned(asked, other, signer.publicKey, NOW)).toBe(isSame);
    }),
    { numRuns: 500 },
  );
});

test("a cursor says where a page ended, and anything else is none", () => {
  const value = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }));
  fc.assert(
    fc.property(value, oddText, (value, name) => {
      // The two zeros are at the same place.
      expect(decodeCursor(encodeCursor(value, name))).toEqual([value === 0 ? 0 : value, name]);
    }),
  );
  fc.assert(fc.property(fc.oneof(fc.string(), fc.base64String()), (text) => void decodeCursor(text)));
  const json = fc.json().filter((text) => !/^\s*\[\s*(null|-?\d[^,]*),\s*"/.test(text));
  fc.assert(fc.property(json, (text) => expect(decodeCursor(Buffer.from(text).toString("base64url"))).toBeNull()));
});

test("what is written of a file with any name is XML that says it", async () => {
  const names = fc.sample(name, 400);
  const texts = [];
  for (const name of names) {
    const url = `http://h/${encodeURIComponent(name)}?a=1&b=2`;
    texts.push(metalink({ name, size: 5, sha256: ID, pieces: new Uint8Array(32), urls: [url] }));
    const version = { name, id: ID, size: 5, modified: 1, sha256: null };
    const backend = { find: async () => ({ kind: "found", version }) as const, folder: neverAsked };
    const request = requestFor(name, { method: "PROPFIND", headers: { depth: "0" } });
    texts.push(await (await answerPropfind(backend, request, NOW / 1000)).text());
  }
  const said = namesInXml(texts);
  const expected = names.map((name) => name.slice(name.lastIndexOf("/") + 1).replace(/[\ufffe\uffff]/g, "_"));
  for (const [index, name] of expected.entries()) {
    expect([name, said[2 * index], said[2 * index + 1]]).toEqual([name, name, name]);
  }
});

const neverAsked = async () => {
  throw new Error("nobody asks for that");
};

/** What another program finds as the name in each of these documents. */
function namesInXml(texts: readonly string[]): (string | null)[] {
  const program = `
import json, sys
from xml.etree import ElementTree
found = []
for text in json.load(sys.stdin):
    root = ElementTree.fromstring(text.encode())
    file = root.find("{urn:ietf:params:xml:ns:metalink}file")
    found.append(file.get("name") if file is not None else root.findtext(".//{DAV:}displayname"))
print(json.dumps(found))`;
  // .ci/packages installs it, with libtorrent.
  const { stdout, stderr, exitCode } = Bun.spawnSync(["/usr/bin/python3", "-c", program], {
    stdin: Buffer.from(JSON.stringify(texts)),
  });
  expect([exitCode, stderr.toString()]).toEqual([0, ""]);
  return JSON.parse(stdout.toString()) as (string | null)[];
}

test("a torrent of a file with any name is bencoded in the one right way", () => {
  const url = fc.webUrl();
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 40_000_000 }), fc.array(url), (name, size, urls) => {
      const pieces = pieceCount(size);
      const digests = (kind: "sha-1" | "merkle") => new Uint8Array(pieces * DIGEST_BYTES[kind]).fill(7);
      const bytes = torrent({ name, size, sha1: digests("sha-1"), roots: digests("merkle"), urls });
      expect(canonicalEnd(Buffer.from(bytes), 0)).toBe(bytes.length);
      const own = name.slice(name.lastIndexOf("/") + 1);
      const { info, "url-list": listed } = readTorrent(bytes);
      expect(Buffer.from(info.name).toString()).toBe(own);
      expect(listed.map((one) => Buffer.from(one).toString())).toEqual(urls);
      expect(info.length).toBe(size);
    }),
    { numRuns: 300 },
  );
});

/** Where what begins at a place ends; throws for what BEP 3 does not allow, as keys that are not in order. */
function canonicalEnd(bytes: Buffer, from: number): number {
  const kind = String.fromCharCode(bytes[from] ?? 0);
  if (kind === "i") {
    const end = bytes.indexOf("e", from);
    if (!/^(0|-?[1-9]\d*)$/.test(bytes.toString("latin1", from + 1, end))) throw new Error("no number");
    return end + 1;
  }
  if (kind !== "l" && kind !== "d") {
    const colon = bytes.indexOf(":", from);
    const length = bytes.toString("latin1", from, colon);
    if (!/^(0|[1-9]\d*)$/.test(length)) throw new Error("no length");
    return colon + 1 + Number(length);
  }
  let place = from + 1;
  for (let last: Buffer | null = null; bytes[place] !== 0x65; ) {
    const end = canonicalEnd(bytes, place);
    if (kind === "d") {
      const key = bytes.subarray(bytes.indexOf(":", place) + 1, end);
      if (last && Buffer.compare(last, key) >= 0) throw new Error("keys are not in order");
      last = key;
      place = canonicalEnd(bytes, end);
    } else place = end;
  }
  return place + 1;
}
