import { QUESTION_EXIT_CODES } from "../flags/client-flags.ts";
import type { Command, HelpNote } from "../flags/command.ts";
import {
  CENTRAL_ADDRESS,
  COMMON,
  HELP,
  help,
  KEY_FILE,
  LANGUAGE,
  PRINT_JSON,
  runs,
  toggle,
  valued,
} from "../flags/define.ts";

/** The commands about keys, their flags and their help. */

const EXIT_CODES: HelpNote = {
  title: "Exit codes",
  lines: [
    "0  done",
    "1  the new file cannot be made, or there is one already",
    "2  wrong usage",
    "5  the key file cannot be read, or is refused",
  ],
};

/** Of a command that makes no file. */
const PRINTING_EXIT_CODES: HelpNote = {
  title: "Exit codes",
  lines: ["0  done", "1  not done, and why", "2  wrong usage", "5  the key file cannot be read, or is refused"],
};

/** Flags of the commands that make a credential. */
const FROM_CLUSTER_KEY = {
  "key-file": valued("FILE", "the cluster key"),
  out: valued("FILE", "the file to make; one that is there is never written over"),
  days: valued("D", "how long it can be used", { preset: "365" }),
  ...COMMON,
};
const GIVEN_RIGHTS = {
  read: toggle("for listing and downloading files, and for the status"),
  write: toggle("also for changing what the cluster holds"),
  admin: toggle("also for what the central's console can do"),
};
const REQUIRED = "--key-file FILE --out FILE";

const made: Command = {
  meta: {
    name: "redes key new",
    description:
      "Makes the key of a new cluster, for 30 years. Who has this file may do everything in the cluster: it serves every role, and the other key commands make files from it that can do less.",
  },
  help: {
    ...help("the key of a new cluster", EXIT_CODES),
    operands: { synopsis: "FILE", help: "the file to make; one that is there is never written over" },
  },
  args: COMMON,
  run: runs(async () => (await import("./new.ts")).keyNew),
};

const central: Command = {
  meta: { name: "redes key central", description: "Makes a key file for the central, which serves no other role." },
  help: { ...help("a key file for the central", EXIT_CODES), required: REQUIRED },
  args: FROM_CLUSTER_KEY,
  run: runs(async () => (await import("./credential.ts")).keyCentral),
};

const secondary: Command = {
  meta: {
    name: "redes key secondary",
    description: "Makes a key file for one secondary, which serves no other role and no other number.",
  },
  help: {
    ...help("a key file for one secondary", EXIT_CODES),
    required: REQUIRED,
    operands: { synopsis: "N", help: "the secondary's number" },
  },
  args: FROM_CLUSTER_KEY,
  run: runs(async () => (await import("./credential.ts")).keySecondary),
};

const client: Command = {
  meta: {
    name: "redes key client",
    description:
      "Makes a key file for one client, which serves no server. Without --write and --admin it is for reading.",
  },
  help: {
    ...help("a key file for one client", EXIT_CODES),
    required: REQUIRED,
    operands: { synopsis: "NAME", help: "the client's name, in the statistics too" },
  },
  args: {
    ...GIVEN_RIGHTS,
    ...FROM_CLUSTER_KEY,
  },
  run: runs(async () => (await import("./credential.ts")).keyClient),
};

const token: Command = {
  meta: {
    name: "redes key token",
    description:
      "Prints a token, with which a program that has no key file gets in over HTTP: as Authorization: Bearer, or as the password of any user. Without --write and --admin it is for reading. A client's key makes tokens that can do no more than itself.",
  },
  help: { ...help("a token for programs that speak HTTP", PRINTING_EXIT_CODES), required: "--key-file FILE" },
  args: {
    ...GIVEN_RIGHTS,
    name: valued("NAME", "the name of its holder", { preset: "that of the client's key, else USER@HOST" }),
    "key-file": valued("FILE", "the cluster key, or a client's"),
    days: valued("D", "how long it can be used", { preset: "30" }),
    ...COMMON,
  },
  run: runs(async () => (await import("./token.ts")).keyToken),
};

const https: Command = {
  meta: {
    name: "redes key https",
    description:
      "Makes a file with a key and a certificate for HTTPS, for --tls-cert of a server that has a credential alone: one with the cluster key makes its own.",
  },
  help: {
    ...help("a certificate for HTTPS", EXIT_CODES),
    required: REQUIRED,
    operands: { synopsis: "HOST...", help: "names and addresses by which the server is called" },
  },
  args: FROM_CLUSTER_KEY,
  run: runs(async () => (await import("./https.ts")).keyHttps),
};

const ca: Command = {
  meta: {
    name: "redes key ca",
    description:
      "Prints the certificate of the cluster's authority, by which programs such as curl --cacert know its servers. It is no secret.",
  },
  help: {
    ...help("the certificate by which programs know the servers", PRINTING_EXIT_CODES),
    required: "--key-file FILE",
  },
  args: { "key-file": valued("FILE", "the cluster key, or one made from it"), ...COMMON },
  run: runs(async () => (await import("./ca.ts")).keyCa),
};

const show: Command = {
  meta: {
    name: "redes key show",
    description:
      "Says what a key file is, for whom, until when, and its fingerprint, which is the SHA-256 of its certificate. The same of a token in a file. Nothing of that is secret.",
  },
  help: {
    ...help("what a key file is, for whom and until when", PRINTING_EXIT_CODES),
    operands: { synopsis: "FILE", help: "a file with a key or a token" },
  },
  args: { json: PRINT_JSON, ...COMMON },
  run: runs(async () => (await import("./show.ts")).keyShow),
};

const revoke: Command = {
  meta: {
    name: "redes key revoke",
    description:
      "Has a running cluster refuse a key for good: sessions with it end, and nobody gets in with it again. It takes the cluster key, or a client's with --admin. Of a cluster key it takes along everything that was made from it.",
  },
  help: {
    ...help("refuse a key from now on", QUESTION_EXIT_CODES),
    operands: { synopsis: "FINGERPRINT", help: "of the key, as redes key show and redes key list print it" },
  },
  args: { ...CENTRAL_ADDRESS, ...KEY_FILE, ...COMMON },
  run: runs(async () => (await import("./revoke.ts")).keyRevoke),
};

const list: Command = {
  meta: {
    name: "redes key list",
    description:
      "Shows the keys that have come to the central of a running cluster, and those that are revoked: whose they are, until when, and when they were last seen. It takes the cluster key, or a client's with --admin.",
  },
  help: help("the keys that a cluster knows, and those that are revoked", QUESTION_EXIT_CODES),
  args: { json: PRINT_JSON, ...CENTRAL_ADDRESS, ...KEY_FILE, ...COMMON },
  run: runs(async () => (await import("./list.ts")).keyList),
};

export const key: Command = {
  meta: {
    name: "redes key",
    description: "Makes keys, which say who may do what in a cluster, shows them, and revokes them.",
  },
  help: help("keys: who may do what"),
  args: { ...LANGUAGE, ...HELP },
  subCommands: { new: made, central, secondary, client, show, list, revoke, token, https, ca },
};
