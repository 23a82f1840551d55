import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import fs from "node:fs";
import { DiskError } from "../../platform/disk/disk.ts";
import { diskCall } from "../../platform/disk/disk-errors.ts";
import { formatDay } from "../../platform/units.ts";
import { say } from "../../sentences/sentence.ts";
import { KeyError } from "../key-error.ts";
import type { TlsKey } from "./https-key.ts";

/** A chain of several certificates takes some KiB. */
const MAX_BYTES = 256 * 1024;

/** The files with a certificate for HTTPS, or a chain of them, and with its key; both may be one file. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Reads them, and checks that they belong together and have not expired. Throws KeyError. `now`: milliseconds since 1970. */
export async function readTlsFiles(files: TlsFiles, now: number): Promise<TlsKey> {
  const read = { certificate: await readText(files.certificate), key: await readText(files.key) };
  const certificate = parsed(() => new X509Certificate(read.certificate));
  if (!certificate) throw KeyError.in(files.certificate, say("it holds no certificate that can be read, as PEM"));
  const key = parsed(() => createPrivateKey(read.key));
  if (!key)
    throw KeyError.in(files.key, say("it holds no private key that can be read, as PEM and without a passphrase"));
  if (!isKeyOf(key, certificate)) {
    throw KeyError.in(files.key, say("it is not the key of the certificate in {path}", { path: files.certificate }));
  }
  const end = Date.parse(certificate.validTo);
  if (now > end)
    throw KeyError.in(
      files.certificate,
      say("the certificate has expired on {day}: get another one", { day: formatDay(end) }),
    );
  return read;
}

async function readText(path: string): Promise<string> {
  try {
    const stat = await diskCall("read", path, () => fs.promises.stat(path));
    if (!stat.isFile()) throw KeyError.in(path, say("it is no regular file"));
    if (stat.size > MAX_BYTES)
      throw KeyError.in(path, say("it is too large, {most} bytes are the most", { most: MAX_BYTES }));
    return await diskCall("read", path, () => fs.promises.readFile(path, "latin1"));
  } catch (error) {
    throw error instanceof DiskError ? new KeyError(error.message) : error;
  }
}

/** What the library says of a key that it cannot read stays untold: it might hold some of it. */
function parsed<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

function isKeyOf(key: KeyObject, certificate: X509Certificate): boolean {
  return parsed(() => certificate.checkPrivateKey(key)) ?? false;
}
