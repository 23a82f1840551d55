import { beforeAll, describe, expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { Identity } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import type { ClusterKey, KeyContents } from "../../../src/keys/key-contents.ts";
import { KeyError } from "../../../src/keys/key-error.ts";
import { writeKeyFile } from "../../../src/keys/key-file.ts";
import { type KeyFile, keyMaterial, readKeyFiles, renewalTime } from "../../../src/keys/key-material.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { DAY_MS } from "../../../src/platform/units.ts";
import { temporaryFolder } from "../../support/folder.ts";

const NOW = Date.UTC(2030, 0, 1);
const MINUTE_MS = 60_000;
const CENTRAL: Identity = { role: "central" };
const SECONDARY: Identity = { role: "secondary", number: 2 };
const CLIENT: Identity = { role: "client", name: "ana", rights: "read" };

let cluster: ClusterKey;
let next: ClusterKey;

beforeAll(async () => {
  [cluster, next] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
});

const file = (contents: KeyContents, path = "my.key"): KeyFile => ({ path, contents });

async function refused(files: readonly KeyFile[], identity: Identity, now = NOW): Promise<string> {
  const error = await keyMaterial(files, identity, now).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(KeyError);
  return (error as KeyError).message;
}

describe("from a cluster key", () => {
  test.each([CENTRAL, SECONDARY, CLIENT])("it is made for %o, for seven days", async (identity) => {
    const material = await keyMaterial([file(cluster)], identity, NOW);
    const certificate = new X509Certificate(material.certificate);
    expect(material).toMatchObject({
      identity,
      authorities: [cluster.authority.pem],
      canIssue: true,
      notAfter: NOW + 7 * DAY_MS,
      fileNotAfter: cluster.authority.notAfter,
    });
    expect(material.fingerprint).toBe(new Bun.CryptoHasher("sha256").update(certificate.raw).digest("hex"));
    expect(certificate.verify(new X509Certificate(cluster.authority.pem).publicKey)).toBe(true);
  });

  test("each time anew, after half of its time", async () => {
    const one = await keyMaterial([file(cluster)], CENTRAL, NOW);
    const other = await keyMaterial([file(cluster)], CENTRAL, NOW);
    expect(other.key).not.toBe(one.key);
    expect(other.key).not.toBe(cluster.key);
    expect(other.fingerprint).not.toBe(one.fingerprint);
    expect(renewalTime(one)).toBe(NOW + 3.5 * DAY_MS);
  });

  test("it can go to a thread", async () => {
    const material = await keyMaterial([file(cluster)], CLIENT, NOW);
    expect(structuredClone(material)).toEqual(material);
    expect(JSON.parse(JSON.stringify(material))).toEqual(material);
  });
});

describe("from a credential", () => {
  test.each([CENTRAL, SECONDARY, CLIENT])("it is that of %o as it is", async (identity) => {
    const credential = await newCredential(cluster, identity, validFor(30, NOW));
    const material = await keyMaterial([file(credential)], identity, NOW);
    expect(material).toEqual({
      identity,
      key: credential.key,
      certificate: credential.certificate.pem,
      authorities: [cluster.authority.pem],
      fingerprint: credential.certificate.fingerprint,
      notAfter: NOW + 30 * DAY_MS,
      canIssue: false,
      fileNotAfter: NOW + 30 * DAY_MS,
    });
    expect(renewalTime(material)).toBeNull();
  });

  test("it ends with its authority", async () => {
    const end = cluster.authority.notAfter;
    const credential = await newCredential(cluster, CENTRAL, { notBefore: NOW, notAfter: end + DAY_MS });
    expect(await keyMaterial([file(credential)], CENTRAL, NOW)).toMatchObject({ fileNotAfter: end });
    expect(await refused([file(credential)], CENTRAL, end + 1)).toStartWith("my.key: the credential has expired");
  });

  test("a client's name and rights are the credential's", async () => {
    const credential = await newCredential(cluster, CLIENT, validFor(30, NOW));
    const wanted: Identity = { role: "client", name: "root", rights: "admin" };
    expect((await keyMaterial([file(credential)], wanted, NOW)).identity).toEqual(CLIENT);
  });

  test.each<[Identity, Identity, string]>([
    [CLIENT, CENTRAL, "it is the key of client ana (read), not of the central"],
    [CLIENT, SECONDARY, "it is the key of client ana (read), not of secondary 2"],
    [CENTRAL, SECONDARY, "it is the key of the central, not of secondary 2"],
    [CENTRAL, CLIENT, "it is the key of the central, not of a client"],
    [SECONDARY, CENTRAL, "it is the key of secondary 2, not of the central"],
    [SECONDARY, CLIENT, "it is the key of secondary 2, not of a client"],
    [SECONDARY, { role: "secondary", number: 3 }, "it is the key of secondary 2, not of secondary 3"],
  ])("that of %o is refused for %o", async (identity, wanted, told) => {
    const credential = await newCredential(cluster, identity, validFor(30, NOW));
    expect(await refused([file(credential)], wanted)).toBe(
      `my.key: ${told}: give the cluster key, or one that was made for this`,
    );
  });
});

describe("with two files", () => {
  test("one gets in with the first, and lets in by both", async () => {
    const credential = await newCredential(cluster, SECONDARY, validFor(30, NOW));
    const old = await keyMaterial([file(credential), file(next)], SECONDARY, NOW);
    expect(old).toMatchObject({ fingerprint: credential.certificate.fingerprint, canIssue: false });
    expect(old.authorities).toEqual([cluster.authority.pem, next.authority.pem]);
    const moved = await keyMaterial([file(next), file(credential)], SECONDARY, NOW);
    expect(moved.authorities).toEqual([next.authority.pem, cluster.authority.pem]);
    expect(new X509Certificate(moved.certificate).issuer).toBe(new X509Certificate(next.authority.pem).subject);
  });

  test("an authority that both have counts once", async () => {
    const credential = await newCredential(cluster, SECONDARY, validFor(30, NOW));
    const material = await keyMaterial([file(credential), file(cluster)], SECONDARY, NOW);
    expect(material.authorities).toEqual([cluster.authority.pem]);
  });

  test("each must be valid", async () => {
    const expired = await newCredential(next, SECONDARY, { notBefore: NOW - 2 * DAY_MS, notAfter: NOW - DAY_MS });
    expect(await refused([file(cluster), file(expired, "old.key")], SECONDARY)).toStartWith("old.key: ");
  });

  test("there must be one", async () => {
    expect(keyMaterial([], CENTRAL, NOW)).rejects.toThrow("no key file is given");
  });
});

describe("the time", () => {
  test("what has expired is refused with that word", async () => {
    const credential = await newCredential(cluster, CENTRAL, validFor(30, NOW));
    const end = NOW + 30 * DAY_MS;
    expect((await keyMaterial([file(credential)], CENTRAL, end)).notAfter).toBe(end);
    expect(await refused([file(credential)], CENTRAL, end + 1)).toBe(
      "my.key: the credential has expired on 2030-01-31: make a new one, see redes key --help",
    );
    expect(await refused([file(cluster)], CENTRAL, cluster.authority.notAfter + 1)).toStartWith(
      "my.key: the cluster key has expired on 2059-12-",
    );
  });

  test("a clock that is five minutes late does not matter, and one that is wrong by an hour is told of", async () => {
    const late = NOW - 5 * MINUTE_MS;
    const credential = await newCredential(cluster, CENTRAL, validFor(30, NOW));
    await keyMaterial([file(credential), file(cluster)], CENTRAL, late);
    expect(await refused([file(cluster)], CENTRAL, NOW - 60 * MINUTE_MS)).toStartWith(
      "my.key: it is not valid before 2029-12-31T23:50:00.000Z: this machine's clock is late, or ",
    );
  });
});

describe("files", () => {
  test("are read in their order, and valid now", async () => {
    const folder = temporaryFolder();
    const wall = Date.now();
    const contents = [await newClusterKey(wall), await newClusterKey(wall)];
    const paths = contents.map((_, index) => join(folder, `${index}.key`));
    for (const [index, each] of contents.entries()) await writeKeyFile(paths[index] ?? "", each);
    const material = await keyMaterial(await readKeyFiles(paths), CENTRAL, NOW);
    expect(material.authorities).toEqual(contents.map(({ authority }) => authority.pem));
    expect(readKeyFiles([...paths, join(folder, "none")])).rejects.toThrow("there is no such file");
  });

  test("of a credential need no library that makes certificates, whose loading would delay each start", async () => {
    const path = join(temporaryFolder(), "my.key");
    await writeKeyFile(path, await newCredential(cluster, CLIENT, validFor(30, NOW)));
    const library = join(import.meta.dir, "../../../src/keys/key-material.ts");
    const loaded = async (paths: string[], identity: Identity) => {
      const program = `const { keyMaterial, readKeyFiles } = await import(${JSON.stringify(library)});
        await keyMaterial(await readKeyFiles(${JSON.stringify(paths)}), ${JSON.stringify(identity)}, ${NOW});
        process.stdout.write(typeof Reflect.getMetadata);`;
      return Bun.spawnSync([process.execPath, "-e", program]).stdout.toString();
    };
    expect(await loaded([path], CLIENT)).toBe("undefined");
    // What the library needs shows that it is loaded.
    const clusterPath = `${path}.cluster`;
    await writeKeyFile(clusterPath, cluster);
    expect(await loaded([clusterPath], CLIENT)).toBe("function");
  });
});
