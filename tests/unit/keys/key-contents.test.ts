import { beforeAll, describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import { type ClusterKey, type Credential, keyText, parseKeyText } from "../../../src/keys/key-contents.ts";
import { KeyError } from "../../../src/keys/key-error.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { signedBy } from "../../support/certificates.ts";

const NOW = Date.UTC(2030, 0, 1);
const CENTRAL = { role: "central" } as const;

let cluster: ClusterKey;
let foreign: ClusterKey;
let credential: Credential;
let another: Credential;

beforeAll(async () => {
  [cluster, foreign] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
  credential = await newCredential(cluster, CENTRAL, validFor(3, NOW));
  another = await newCredential(cluster, CENTRAL, validFor(3, NOW));
});

/** What is wrong with the text of a file; fails where nothing is. */
function wrong(...parts: string[]): string {
  try {
    parseKeyText(parts.join(""), "my.key");
  } catch (error) {
    expect(error).toBeInstanceOf(KeyError);
    const { message } = error as KeyError;
    expect(message).toStartWith("my.key: ");
    // Nothing of any key.
    for (const { key } of [cluster, foreign, credential, another]) {
      expect(message).not.toContain((key.split("\n")[1] ?? "").slice(-20));
    }
    return message.slice("my.key: ".length);
  }
  throw new Error("the text is read");
}

describe("what is written is read back", () => {
  test("a cluster key: its private key and its certificate", () => {
    const text = keyText(cluster);
    expect(text.match(/-----BEGIN .*-----/g)).toEqual(["-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"]);
    expect(parseKeyText(text, "my.key")).toEqual(cluster);
  });

  test("a credential: with its authority's certificate, and not the authority's private key", () => {
    const text = keyText(credential);
    expect(text).toContain(credential.key);
    expect(text).not.toContain(cluster.key.split("\n")[1] ?? "");
    expect(text.match(/-----BEGIN .*-----/g)).toHaveLength(3);
    expect(parseKeyText(text, "my.key")).toEqual(credential);
  });

  test("also with the line ends of Windows, and with remarks between its parts", () => {
    expect(parseKeyText(keyText(credential).replaceAll("\n", "\r\n"), "my.key")).toMatchObject({
      certificate: credential.certificate,
      authority: credential.authority,
    });
    const remarked = `for the server in the cellar\n\n${keyText(cluster).replace("-\n-", "-\n# and\n-")}the end`;
    expect(parseKeyText(remarked, "my.key")).toEqual(cluster);
  });
});

describe("what does not belong together is refused", () => {
  test("a text that holds no key, or half of one", () => {
    expect(wrong("")).toStartWith("it is no key file: a private key is missing; redes key new makes a cluster key");
    expect(wrong("text\n")).toStartWith("it is no key file: a private key is missing");
    expect(wrong(cluster.authority.pem)).toStartWith("it is no key file: a private key is missing");
    expect(wrong(cluster.key)).toStartWith("it is no key file: a certificate is missing");
    expect(wrong(keyText(cluster).slice(0, -30))).toStartWith("it is no key file: a certificate is missing");
  });

  test("more than one key", () => {
    expect(wrong(keyText(cluster), keyText(foreign))).toStartWith("it holds more than one key");
    expect(wrong(cluster.key, keyText(cluster))).toStartWith("it holds more than one key");
    expect(wrong(keyText(credential), another.certificate.pem)).toStartWith("it holds more than one key");
  });

  test("the private key of another certificate", () => {
    const parts = "its private key is not that of its certificate";
    expect(wrong(foreign.key, cluster.authority.pem)).toStartWith(parts);
    expect(wrong(another.key, credential.certificate.pem, cluster.authority.pem)).toStartWith(parts);
    expect(wrong(cluster.key, credential.certificate.pem, cluster.authority.pem)).toStartWith(parts);
  });

  test("a certificate that another authority has signed", async () => {
    const signed = "its certificate is not from the authority in the file";
    expect(wrong(credential.key, credential.certificate.pem, foreign.authority.pem)).toStartWith(signed);
    // In the name of the authority, by somebody else.
    const forged = await signedBy({ key: foreign.key, authority: cluster.authority }, []);
    expect(wrong(forged.key, forged.pem, cluster.authority.pem)).toStartWith(signed);
  });

  test("no authority, or one at the wrong place", () => {
    const end = "it does not end with the certificate of a cluster's authority";
    expect(wrong(credential.key, credential.certificate.pem)).toStartWith(end);
    expect(wrong(credential.key, cluster.authority.pem, credential.certificate.pem)).toStartWith(end);
    expect(wrong(credential.key, credential.certificate.pem, another.certificate.pem)).toStartWith(end);
  });

  test("a certificate that does not say who it is for", async () => {
    const nobody = await signedBy(cluster, [{ type: "dns", value: "server.example" }]);
    expect(wrong(nobody.key, nobody.pem, cluster.authority.pem)).toStartWith(
      "its certificate cannot be used: it does not say for which role of redes it is",
    );
    expect(wrong(cluster.key, cluster.authority.pem, cluster.authority.pem)).toStartWith(
      "its certificate cannot be used: it is an authority's",
    );
  });

  test("keys of other kinds, under a passphrase, or damaged", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const other = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(wrong(other, cluster.authority.pem)).toStartWith("its key is of another kind than redes has, Ed25519");
    const cipher = { cipher: "aes-256-cbc", passphrase: "secret" };
    const sealed = privateKey.export({ type: "pkcs8", format: "pem", ...cipher }).toString();
    expect(wrong(sealed, cluster.authority.pem)).toStartWith("its key is under a passphrase");
    const cut = cluster.key.replace(/[^-\n]{8}\n-/, "\n-");
    expect(wrong(cut, cluster.authority.pem)).toBe("its private key cannot be read: the file is damaged");
    const short = cluster.authority.pem.replace(/[^-\n]{8}\n-/, "\n-");
    expect(wrong(cluster.key, short)).toBe("a certificate in it cannot be read: the file is damaged");
  });

  test("a byte of the certificate that has changed", () => {
    const lines = cluster.authority.pem.split("\n");
    // In the signature.
    const last = lines.length - 3;
    lines[last] = (lines[last] ?? "").replace(/[A-Z]/, (letter) => (letter === "A" ? "B" : "A"));
    expect(wrong(cluster.key, lines.join("\n"))).toStartWith("it does not end with the certificate of a cluster's");
  });
});
