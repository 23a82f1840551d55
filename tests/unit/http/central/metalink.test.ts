import { expect, test } from "bun:test";
import { metalink } from "../../../../src/http/central/metalink.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { digestsOf } from "../../../support/digests.ts";

const ABC = { size: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" };

test("a metalink has the name, the size, the hashes and every source", () => {
  const text = metalink({
    ...ABC,
    name: "films/abc.txt",
    pieces: Buffer.from(ABC.sha256, "hex"),
    urls: ["http://10.0.0.1:81/files/abc.txt?version=1&expires=2", "https://[::1]/files/abc.txt"],
  });
  expect(text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>' +
      '<metalink xmlns="urn:ietf:params:xml:ns:metalink"><generator>redes</generator>' +
      `<file name="abc.txt"><size>3</size><hash type="sha-256">${ABC.sha256}</hash>` +
      `<pieces type="sha-256" length="1048576"><hash>${ABC.sha256}</hash></pieces>` +
      '<url priority="1">http://10.0.0.1:81/files/abc.txt?version=1&amp;expires=2</url>' +
      '<url priority="1">https://[::1]/files/abc.txt</url></file></metalink>',
  );
});

test("there is a hash of each piece, in order, and none of an empty file", () => {
  const content = new Uint8Array(2 * MIB + 1).map((_, index) => index >>> 18);
  const { sha256, "sha-256": pieces } = digestsOf(content);
  const text = metalink({ name: "f", size: content.length, sha256, pieces, urls: [] });
  const hashes = [...text.matchAll(/<hash>([0-9a-f]{64})<\/hash>/g)].map(([, hash]) => hash);
  expect(hashes.join("")).toBe(Buffer.from(pieces).toString("hex"));
  expect(hashes).toHaveLength(3);
  const empty = digestsOf(new Uint8Array(0));
  const none = metalink({ name: "f", size: 0, sha256: empty.sha256, pieces: empty["sha-256"], urls: [] });
  expect(none).toContain("<size>0</size>");
  expect(none).not.toContain("<pieces");
});

test("names are escaped, and what XML cannot have at all is replaced", () => {
  const name = `a "b" <c> & 'd' ñ\u{1f600}\uffff.bin`;
  const text = metalink({ ...ABC, name, pieces: Buffer.from(ABC.sha256, "hex"), urls: [] });
  expect(text).toContain(`<file name="a &quot;b&quot; &lt;c&gt; &amp; &apos;d&apos; ñ\u{1f600}_.bin">`);
});
