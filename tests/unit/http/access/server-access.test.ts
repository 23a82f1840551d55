import { beforeAll, beforeEach, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import type { AccessSetting } from "../../../../src/http/access/access-setting.ts";
import { ServerAccess } from "../../../../src/http/access/server-access.ts";
import type { Identity } from "../../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../../src/keys/issue.ts";
import type { ClusterKey, KeyContents } from "../../../../src/keys/key-contents.ts";
import { KeyKeeper } from "../../../../src/keys/key-keeper.ts";
import { validFor } from "../../../../src/keys/validity.ts";
import type { Log } from "../../../../src/platform/log/log.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const CENTRAL: Identity = { role: "central" };
const OPTIONS = { names: ["files.example"], tlsFiles: null, metricsOpen: false };

let clock: FakeClock;
let cluster: ClusterKey;
let lines: string[];
const note = (_: string, text: string) => void lines.push(String(text));
const log: Log = { info: note, warn: note, error: note };

beforeAll(async () => {
  cluster = await newClusterKey(new FakeClock().wall());
});

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
});

function keeper(contents: KeyContents): Promise<KeyKeeper> {
  return KeyKeeper.load(clock, CENTRAL, async () => [{ path: "my.key", contents }]);
}

async function load(keys: KeyKeeper | null) {
  const access = await ServerAccess.load({ clock, log, keys }, OPTIONS);
  const told: AccessSetting[] = [];
  access.onChange((setting) => void told.push(setting));
  return { access, told };
}

const serial = ({ tls }: AccessSetting) => new X509Certificate(tls?.certificate ?? "").serialNumber;

test("without keys everyone may come without TLS, by the names of this server alone", async () => {
  const { access } = await load(null);
  expect(access.current).toMatchObject({ trust: null, tls: null, metricsOpen: false });
  expect(access.current.names).toContain("files.example");
  expect(access.current.names).not.toContain("central.redes.internal");
});

test("from the cluster key a certificate is made for its names, and another one whenever that of the sessions is", async () => {
  const keys = await keeper(cluster);
  const { access, told } = await load(keys);
  const first = access.current;
  expect(new X509Certificate(first.tls?.certificate ?? "").checkHost("files.example")).toBe("files.example");
  expect(first.trust?.authorities).toEqual([cluster.authority.pem]);
  clock.advance(4 * DAY_MS);
  await keys.renewWhereDue(log);
  await access.renew();
  const last = told.at(-1) ?? first;
  expect(serial(last)).not.toBe(serial(first));
  expect(Date.parse(new X509Certificate(last.tls?.certificate ?? "").validTo)).toBe(clock.wall() + 7 * DAY_MS);
});

test("the thread hears of each revocation, and by which key addresses are checked", async () => {
  const keys = await keeper(cluster);
  const { access, told } = await load(keys);
  const revocation = { fingerprint: "a".repeat(64), until: clock.wall() };
  keys.ring.revocations.add([revocation]);
  expect(told.map(({ trust }) => trust?.revocations)).toEqual([[revocation]]);
  access.useAddressKey("k".repeat(43));
  access.useAddressKey("k".repeat(43));
  expect(told.map(({ addressKey }) => addressKey)).toEqual([null, "k".repeat(43)]);
  access.stop();
  keys.ring.revocations.add([{ ...revocation, fingerprint: "b".repeat(64) }]);
  expect(told).toHaveLength(2);
});

test("a credential shows its own certificate, and the log says under which name", async () => {
  const credential = await newCredential(cluster, CENTRAL, validFor(30, clock.wall()));
  const { access } = await load(await keeper(credential));
  expect(access.current.tls).toEqual({ key: credential.key, certificate: credential.certificate.pem });
  expect(access.current.names).toContain("central.redes.internal");
  access.warn();
  expect(lines).toEqual([expect.stringContaining("for the name central.redes.internal alone")]);
  lines = [];
  (await load(await keeper(cluster))).access.warn();
  expect(lines).toEqual([]);
});

test("a client's key serves no HTTPS", async () => {
  const ana: Identity = { role: "client", name: "ana", rights: "read" };
  const contents = await newCredential(cluster, ana, validFor(30, clock.wall()));
  const keys = await KeyKeeper.load(clock, ana, async () => [{ path: "ana.key", contents }]);
  await expect(load(keys)).rejects.toThrow("HTTPS cannot be served with a client's key");
});
