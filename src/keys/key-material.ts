import { DAY_MS, formatDay } from "../platform/units.ts";
import { type Sentence, say } from "../sentences/sentence.ts";
import { SentenceError } from "../sentences/sentence-error.ts";
import { type Identity, saidIdentity, uriOf } from "./identity.ts";
import { ownCredential } from "./issue.ts";
import type { Authority, ClusterKey, Credential, KeyContents } from "./key-contents.ts";
import { KeyError } from "./key-error.ts";
import { readKeyFile } from "./key-file.ts";
import { type Validity, validFor, validityState } from "./validity.ts";

/** How long a certificate is valid that a process makes itself, and after which time it makes another. */
const ISSUED_DAYS = 7;
const ISSUED_MS = ISSUED_DAYS * DAY_MS;
const RENEWED_AFTER_MS = ISSUED_MS / 2;
/** What a clock may have been set back by before a certificate is made anew, so that nobody finds it not valid yet. */
const SET_BACK_MS = 60_000;

/** What a process gets in with, and lets others in by. Plain values: it can go to a thread in a message. Holds a secret. */
export interface KeyMaterial {
  /** Who this process is: with a credential what that says, else what was wanted. */
  readonly identity: Identity;
  /** The private key, as PEM. */
  readonly key: string;
  /** The certificate, as PEM; not the authority's, which the other end has itself. */
  readonly certificate: string;
  /** The certificates, as PEM, of the authorities by which others are let in. */
  readonly authorities: readonly string[];
  /** Of the certificate, as parseFingerprint gives it. */
  readonly fingerprint: string;
  /** When the certificate ends, in milliseconds since 1970. */
  readonly notAfter: number;
  /** Whether it was made from the cluster key, and can be made anew when {@link renewalTime} has come. */
  readonly canIssue: boolean;
  /** When what the key file holds ends: then a person must make another file. */
  readonly fileNotAfter: number;
}

/** A key file that was read. */
export interface KeyFile {
  readonly path: string;
  readonly contents: KeyContents;
}

/** Makes a credential from a cluster key. */
export type IssueCredential = (key: ClusterKey, identity: Identity, validity: Validity) => Promise<Credential>;

/** Reads key files. Throws KeyError. */
export async function readKeyFiles(paths: readonly string[]): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  for (const path of paths) files.push({ path, contents: await readKeyFile(path) });
  return files;
}

/**
 * What a process needs that is `identity`. The first file is what it gets in with; others get in by the authority of any of
 * them, so that a fleet can go from one cluster key to the next. From a cluster key it makes itself a credential of a few
 * days; a credential must be of that role, and of that number for a secondary: a client's name and rights are those of the
 * credential. Throws KeyError. `now`: milliseconds since 1970.
 */
export async function keyMaterial(
  files: readonly KeyFile[],
  identity: Identity,
  now: number,
  issue: IssueCredential = ownCredential,
): Promise<KeyMaterial> {
  const [first] = files;
  if (!first) throw new SentenceError(say("no key file is given"));
  for (const file of files) checkValid(file, now);
  const { contents } = first;
  const credential =
    contents.kind === "cluster"
      ? await issue(contents, identity, validFor(ISSUED_DAYS, now))
      : credentialIn(first.path, contents, identity);
  const { identity: own, pem, fingerprint, notAfter } = credential.certificate;
  const authorities = new Set(files.map(({ contents }) => contents.authority.pem));
  return {
    identity: own,
    key: credential.key,
    certificate: pem,
    authorities: [...authorities],
    fingerprint,
    notAfter,
    canIssue: first.contents.kind === "cluster",
    fileNotAfter: validityOfFile(first.contents).notAfter,
  };
}

/** When to make the material anew, in milliseconds since 1970; null where it is a credential, which ends as it is. */
export function renewalTime({ canIssue, notAfter }: KeyMaterial): number | null {
  return canIssue ? notAfter - RENEWED_AFTER_MS : null;
}

/** Whether {@link renewalTime} has come, and there is a key that is valid still to make it with; or the clock was set back. */
export function isRenewalDue(material: KeyMaterial, now: number): boolean {
  const time = renewalTime(material);
  if (time === null || now > material.fileNotAfter) return false;
  return now >= time || now < material.notAfter - ISSUED_MS - SET_BACK_MS;
}

function credentialIn(path: string, contents: Credential, wanted: Identity): Credential {
  const { identity } = contents.certificate;
  const isWanted = wanted.role === "client" ? identity.role === "client" : uriOf(identity) === uriOf(wanted);
  if (isWanted) return contents;
  const todo = say("give the cluster key, or one that was made for this");
  throw KeyError.in(
    path,
    say("it is the key of {whose}, not of {wanted}: {todo}", {
      whose: saidIdentity(identity),
      wanted: nameOf(wanted),
      todo,
    }),
  );
}

function nameOf(wanted: Identity): Sentence {
  return wanted.role === "client" ? say("a client") : saidIdentity(wanted);
}

export function isValid({ contents }: KeyFile, now: number): boolean {
  const state = validityState(validityOfFile(contents), now);
  return state === "valid" || state === "near-end";
}

/** Throws KeyError unless it can be used now. */
export function checkValid({ path, contents }: KeyFile, now: number): void {
  const validity = validityOfFile(contents);
  const state = validityState(validity, now);
  if (state === "expired") {
    const what = contents.kind === "cluster" ? say("the cluster key") : say("the credential");
    throw KeyError.in(
      path,
      say("{what} has expired on {day}: make a new one, see redes key --help", {
        what,
        day: formatDay(validity.notAfter),
      }),
    );
  }
  if (state === "not-yet") {
    const from = new Date(validity.notBefore).toISOString();
    throw KeyError.in(
      path,
      say("it is not valid before {from}: this machine's clock is late, or that of the one that made it was early", {
        from,
      }),
    );
  }
}

/** A credential ends with its authority. */
export function validityOfFile(contents: KeyContents): Validity {
  const authority: Authority = contents.authority;
  if (contents.kind === "cluster") return authority;
  const { notBefore, notAfter } = contents.certificate;
  return { notBefore, notAfter: Math.min(notAfter, authority.notAfter) };
}
