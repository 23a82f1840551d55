import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { newHttpsKey, type TlsKey } from "../../../../src/keys/https/https-key.ts";
import { readTlsFiles } from "../../../../src/keys/https/tls-files.ts";
import { newClusterKey } from "../../../../src/keys/issue.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { put } from "../../../support/files.ts";
import { temporaryFolder } from "../../../support/folder.ts";

const NOW = Date.UTC(2030, 0, 1);
let [one, other]: TlsKey[] = [];

beforeAll(async () => {
  const cluster = await newClusterKey(NOW);
  const names = { hosts: ["server1"], addresses: [] };
  [one, other] = [
    await newHttpsKey(cluster, names, validFor(7, NOW)),
    await newHttpsKey(cluster, names, validFor(7, NOW)),
  ];
});

function files(certificate = "", key = "") {
  const folder = temporaryFolder();
  put(folder, "cert.pem", certificate);
  put(folder, "key.pem", key);
  return { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
}

async function refusal(given: { certificate: string; key: string }, now = NOW): Promise<string> {
  return readTlsFiles(given, now).then(
    () => "nothing is wrong",
    (error: Error) => error.message,
  );
}

test("a certificate or a chain and its key are read, also from one file", async () => {
  const chain = `${one?.certificate}${other?.certificate}`;
  expect(await readTlsFiles(files(chain, one?.key), NOW)).toEqual({ certificate: chain, key: one?.key ?? "" });
  const both = `${one?.key}${one?.certificate}`;
  const { certificate } = files(both);
  expect(await readTlsFiles({ certificate, key: certificate }, NOW)).toEqual({ certificate: both, key: both });
});

test("what does not belong together, is none, or has expired is refused, without a word of the key", async () => {
  const mixed = files(one?.certificate, other?.key);
  expect(await refusal(mixed)).toBe(`${mixed.key}: it is not the key of the certificate in ${mixed.certificate}`);
  const swapped = files(one?.key, one?.certificate);
  expect(await refusal(swapped)).toBe(`${swapped.certificate}: it holds no certificate that can be read, as PEM`);
  const cut = files(one?.certificate, one?.key.slice(0, 100));
  expect(await refusal(cut)).toBe(
    `${cut.key}: it holds no private key that can be read, as PEM and without a passphrase`,
  );
  const good = files(one?.certificate, one?.key);
  expect(await refusal(good, NOW + 7 * DAY_MS)).toBe("nothing is wrong");
  expect(await refusal(good, NOW + 8 * DAY_MS)).toBe(
    `${good.certificate}: the certificate has expired on 2030-01-08: get another one`,
  );
});

test("what is no file, or a large one, is not read", async () => {
  const folder = temporaryFolder();
  expect(await refusal({ certificate: folder, key: folder })).toBe(`${folder}: it is no regular file`);
  const missing = join(folder, "x.pem");
  expect(await refusal({ certificate: missing, key: missing })).toContain("there is no such file");
  const large = files("x".repeat(300_000));
  expect(await refusal(large)).toContain("it is too large");
});
