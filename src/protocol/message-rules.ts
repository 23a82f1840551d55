import type { Transitions } from "../platform/state-machine.ts";
import type { MessageType } from "./messages/messages.ts";
import type { Role } from "./messages/session.ts";
import type { Rights } from "./rights.ts";

/**
 * The states of a session. `greeting`: hello and welcome have not both come; `joining`: a session with the central, which
 * has not accepted `register` or `enter` yet; `open`: requests and orders; `closed`: it has ended.
 */
export type SessionState = "greeting" | "joining" | "open" | "closed";

export const SESSION_TRANSITIONS: Transitions<SessionState> = {
  greeting: ["joining", "open", "closed"],
  joining: ["open", "closed"],
  open: ["closed"],
  closed: [],
};

export interface MessageRule {
  readonly from: readonly Role[];
  /** What a client needs, so that it may send it; null for what no client sends, and for what belongs to every session. */
  readonly right: Rights | null;
  readonly to: readonly Role[];
  /** Session states in which the receiver accepts it. */
  readonly states: readonly SessionState[];
  /** The messages with which the receiver answers. */
  readonly answers: readonly MessageType[];
  readonly meaning: string;
}

const everyRole: readonly Role[] = ["central", "secondary", "client"];
const servers: readonly Role[] = ["central", "secondary"];
const secondaries: readonly Role[] = ["secondary"];
const connectors: readonly Role[] = ["client", "secondary"];
const central: readonly Role[] = ["central"];
const clients: readonly Role[] = ["client"];
/** A central sends what has come to it over HTTP. */
const putters: readonly Role[] = ["central", "client"];

function rule(
  from: readonly Role[],
  right: Rights | null,
  to: readonly Role[],
  states: readonly SessionState[],
  answers: readonly MessageType[],
  meaning: string,
): MessageRule {
  return { from, right, to, states, answers, meaning };
}

/** For each message: who may send it to whom, the right that a client needs for it, and the states in which it is legal. */
export const MESSAGE_RULES: Readonly<Record<MessageType, MessageRule>> = {
  hello: rule(
    everyRole,
    null,
    servers,
    ["greeting"],
    ["welcome", "error"],
    "the first message of the side that connects",
  ),
  welcome: rule(servers, null, everyRole, ["greeting"], [], "the greeting is accepted"),
  error: rule(everyRole, null, everyRole, ["greeting", "joining", "open"], [], "the sender ends the session, and why"),
  ping: rule(everyRole, null, everyRole, ["joining", "open"], ["pong"], "are you there?"),
  pong: rule(everyRole, null, everyRole, ["joining", "open"], [], "yes"),

  register: rule(secondaries, null, central, ["joining"], ["registered", "error"], "a secondary takes its place"),
  registered: rule(central, null, secondaries, ["joining"], [], "the place is taken"),
  announce: rule(
    secondaries,
    null,
    central,
    ["open"],
    ["agreed", "reviewed"],
    "what the folder holds, then what changes in it",
  ),
  agreed: rule(central, null, secondaries, ["open"], [], "these are the cluster's versions, with their numbers"),
  reviewed: rule(central, null, secondaries, ["open"], [], "a batch is taken in"),
  conflict: rule(
    central,
    null,
    secondaries,
    ["open"],
    ["announce"],
    "another version, or a folder, has this name: rename yours",
  ),
  fetch: rule(central, null, secondaries, ["open"], ["announce", "unfetched"], "files to copy, and where they are"),
  withdraw: rule(central, null, secondaries, ["open"], [], "files that need not be copied any more"),
  unfetched: rule(secondaries, null, central, ["open"], [], "a file could not be copied"),
  retry: rule(secondaries, null, central, ["open"], ["fetch"], "what kept these from being copied is gone"),
  remove: rule(central, null, secondaries, ["open"], ["removed"], "a file was removed from the cluster"),
  removed: rule(secondaries, null, central, ["open"], [], "the removal was carried out"),
  disk: rule(secondaries, null, central, ["open"], [], "the shared folder is not there, and why; or is there again"),
  suspect: rule(central, null, secondaries, ["open"], [], "a downloader got this piece wrong from you: read it again"),

  figures: rule(secondaries, null, central, ["open"], [], "room, traffic and damage here, when they change"),

  kept: rule(
    central,
    null,
    secondaries,
    ["open"],
    ["keeping"],
    "which files that left your folder do you keep, newest first?",
  ),
  keeping: rule(secondaries, null, central, ["open"], [], "these; whether there are older ones"),
  restore: rule(central, null, secondaries, ["open"], ["restored"], "put this kept version back as the newest one"),
  restored: rule(secondaries, null, central, ["open"], [], "it is back, or why it is not"),

  digests: rule(
    central,
    null,
    secondaries,
    ["open"],
    ["digested", "undigested"],
    "digests of the pieces of a version, for other programs",
  ),
  digested: rule(secondaries, null, central, ["open"], [], "the whole file's, and one of each piece"),
  undigested: rule(secondaries, null, central, ["open"], [], "they are not here, and whether they will be"),

  enter: rule(clients, "read", central, ["joining", "open"], ["entered"], "a client gives its name, or a new one"),
  entered: rule(
    central,
    null,
    clients,
    ["joining", "open"],
    [],
    "the name is taken down; what is missing until it serves",
  ),
  list: rule(clients, "read", central, ["open"], ["listing"], "the catalogue, after a name"),
  listing: rule(central, null, clients, ["open"], [], "a page of the catalogue"),
  status: rule(clients, "read", central, ["open"], ["state"], "how the cluster is"),
  state: rule(central, null, clients, ["open"], [], "how the cluster is"),
  tally: rule(clients, "read", central, ["open"], ["tallied"], "download counts, after a name"),
  tallied: rule(central, null, clients, ["open"], [], "a page of download counts"),
  download: rule(clients, "read", central, ["open"], ["queued", "granted", "denied"], "a download begins, or goes on"),
  queued: rule(central, null, clients, ["open"], [], "it waits in this position"),
  granted: rule(central, null, clients, ["open"], [], "it may begin, with this version"),
  denied: rule(central, null, clients, ["open"], [], "it may not"),
  progress: rule(clients, "read", central, ["open"], [], "bytes of a download that are verified, and who sends them"),
  watch: rule(
    connectors,
    "read",
    central,
    ["open"],
    ["sources"],
    "tell me who has this version, now and when it changes",
  ),
  unwatch: rule(connectors, "read", central, ["open"], [], "no more of that"),
  sources: rule(central, null, connectors, ["open"], [], "who has a version"),
  finish: rule(
    connectors,
    "read",
    servers,
    ["open"],
    ["counted"],
    "how a download ended, from the client or passed on for it",
  ),
  counted: rule(servers, null, connectors, ["open"], [], "the end of a download is recorded for good"),
  accuse: rule(connectors, "read", central, ["open"], [], "a secondary sent a wrong piece, or broke the protocol"),

  "remove-files": rule(
    clients,
    "write",
    central,
    ["open"],
    ["carried-out", "refusal"],
    "remove a file, a folder or what a pattern matches, or say how many files that are",
  ),
  "move-files": rule(
    clients,
    "write",
    central,
    ["open"],
    ["carried-out", "refusal"],
    "give a file, or all files in a folder, other names",
  ),
  "restore-file": rule(
    clients,
    "write",
    central,
    ["open"],
    ["carried-out", "refusal"],
    "put a kept version back as the newest one",
  ),
  "carried-out": rule(central, null, clients, ["open"], [], "an order was carried out, or why not"),
  "list-kept": rule(clients, "read", central, ["open"], ["kept-listing", "refusal"], "which versions are kept?"),
  "kept-listing": rule(central, null, clients, ["open"], [], "these, the latest ones"),

  keys: rule(clients, "admin", central, ["open"], ["known"], "which keys are known, after a serial number"),
  known: rule(central, null, clients, ["open"], [], "a page of them"),
  revoke: rule(clients, "admin", central, ["open"], ["revoked"], "nobody is to get in with this key any more"),
  revoked: rule(central, null, clients, ["open"], [], "it is done, or why it is not"),
  revocations: rule(central, null, connectors, ["open"], [], "nobody gets in with these keys any more"),

  open: rule(
    connectors,
    "read",
    secondaries,
    ["open"],
    ["opened", "refusal"],
    "which pieces of this version have you?",
  ),
  opened: rule(secondaries, null, connectors, ["open"], [], "all, or these"),
  have: rule(secondaries, null, connectors, ["open"], [], "and now these too"),
  manifest: rule(connectors, "read", secondaries, ["open"], ["hashes", "refusal"], "the piece hashes of a version"),
  hashes: rule(secondaries, null, connectors, ["open"], [], "32 bytes for each piece"),
  piece: rule(connectors, "read", secondaries, ["open"], ["block", "refusal"], "a piece of a version"),
  block: rule(secondaries, null, connectors, ["open"], [], "the next bytes of a piece"),
  files: rule(secondaries, null, secondaries, ["open"], ["contents", "refusal"], "small files, whole: these versions"),
  contents: rule(secondaries, null, secondaries, ["open"], [], "the bytes of the next of them"),
  place: rule(clients, "write", central, ["open"], ["placed", "refusal"], "where is this file to be sent?"),
  placed: rule(central, null, clients, ["open"], [], "there; and what it replaces"),
  put: rule(putters, "write", secondaries, ["open"], ["wanted", "refusal"], "a file is going to be sent"),
  wanted: rule(secondaries, null, putters, ["open"], [], "these pieces of it are not here yet"),
  give: rule(putters, "write", secondaries, ["open"], ["taken", "refusal"], "the next bytes of a piece"),
  taken: rule(secondaries, null, putters, ["open"], [], "they are written, and whether a whole piece is right"),
  publish: rule(
    putters,
    "write",
    secondaries,
    ["open"],
    ["published", "refusal"],
    "all pieces are there: the file is to have its name",
  ),
  published: rule(secondaries, null, putters, ["open"], [], "it has a name, and is announced"),
  cancel: rule(connectors, "read", secondaries, ["open"], [], "the rest of a piece is not wanted"),
  "held-back": rule(
    connectors,
    "write",
    everyRole,
    ["open"],
    [],
    "a limit here holds back what is to follow, or what you send",
  ),
  refusal: rule(servers, null, everyRole, ["open"], [], "a request cannot be answered, and why"),
};

/** Why a message of this type is illegal here, or null when it is legal. */
export function ruleViolation(type: MessageType, from: Role, to: Role, state: SessionState): string | null {
  const { from: senders, to: receivers, states } = MESSAGE_RULES[type];
  if (!senders.includes(from) || !receivers.includes(to)) return `${type} is not for a ${from} to send to a ${to}`;
  if (!states.includes(state)) return `${type} is not allowed while ${state}`;
  return null;
}
