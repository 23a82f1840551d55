import type { Transitions } from "../platform/state-machine.ts";
import type { MessageType } from "./messages/messages.ts";
import type { Role } from "./messages/session.ts";

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

function rule(
  from: readonly Role[],
  to: readonly Role[],
  states: readonly SessionState[],
  answers: readonly MessageType[],
  meaning: string,
): MessageRule {
  return { from, to, states, answers, meaning };
}

/** For each message: the roles of sender and receiver, and the states in which it is legal. */
export const MESSAGE_RULES: Readonly<Record<MessageType, MessageRule>> = {
  hello: rule(connectors, servers, ["greeting"], ["welcome", "error"], "the first message of the side that connects"),
  welcome: rule(servers, connectors, ["greeting"], [], "the greeting is accepted"),
  error: rule(everyRole, everyRole, ["greeting", "joining", "open"], [], "the sender ends the session, and why"),
  ping: rule(everyRole, everyRole, ["joining", "open"], ["pong"], "are you there?"),
  pong: rule(everyRole, everyRole, ["joining", "open"], [], "yes"),

  register: rule(secondaries, central, ["joining"], ["registered", "error"], "a secondary takes its place"),
  registered: rule(central, secondaries, ["joining"], [], "the place is taken"),
  announce: rule(
    secondaries,
    central,
    ["open"],
    ["agreed", "reviewed"],
    "what the folder holds, then what changes in it",
  ),
  agreed: rule(central, secondaries, ["open"], [], "these are the cluster's versions, with their numbers"),
  reviewed: rule(central, secondaries, ["open"], [], "a batch is taken in"),
  conflict: rule(
    central,
    secondaries,
    ["open"],
    ["announce"],
    "another version, or a folder, has this name: rename yours",
  ),
  fetch: rule(central, secondaries, ["open"], ["announce", "unfetched"], "files to copy, and where they are"),
  withdraw: rule(central, secondaries, ["open"], [], "files that need not be copied any more"),
  unfetched: rule(secondaries, central, ["open"], [], "a file could not be copied"),
  retry: rule(secondaries, central, ["open"], ["fetch"], "what kept these from being copied is gone"),
  remove: rule(central, secondaries, ["open"], ["removed"], "a file was removed from the cluster"),
  removed: rule(secondaries, central, ["open"], [], "the removal was carried out"),
  disk: rule(secondaries, central, ["open"], [], "the shared folder is not there, and why; or is there again"),
  suspect: rule(central, secondaries, ["open"], [], "a downloader got this piece wrong from you: read it again"),

  kept: rule(
    central,
    secondaries,
    ["open"],
    ["keeping"],
    "which files that left your folder do you keep, newest first?",
  ),
  keeping: rule(secondaries, central, ["open"], [], "these; whether there are older ones"),
  restore: rule(central, secondaries, ["open"], ["restored"], "put this kept version back as the newest one"),
  restored: rule(secondaries, central, ["open"], [], "it is back, or why it is not"),

  enter: rule(clients, central, ["joining", "open"], ["entered"], "a client gives its name, or a new one"),
  entered: rule(central, clients, ["joining", "open"], [], "the name is taken down; what is missing until it serves"),
  list: rule(clients, central, ["open"], ["listing"], "the catalogue, after a name"),
  listing: rule(central, clients, ["open"], [], "a page of the catalogue"),
  status: rule(clients, central, ["open"], ["state"], "how the cluster is"),
  state: rule(central, clients, ["open"], [], "how the cluster is"),
  tally: rule(clients, central, ["open"], ["tallied"], "download counts, after a name"),
  tallied: rule(central, clients, ["open"], [], "a page of download counts"),
  download: rule(clients, central, ["open"], ["queued", "granted", "denied"], "a download begins, or goes on"),
  queued: rule(central, clients, ["open"], [], "it waits in this position"),
  granted: rule(central, clients, ["open"], [], "it may begin, with this version"),
  denied: rule(central, clients, ["open"], [], "it may not"),
  progress: rule(clients, central, ["open"], [], "bytes of a download that are verified"),
  watch: rule(connectors, central, ["open"], ["sources"], "tell me who has this version, now and when it changes"),
  unwatch: rule(connectors, central, ["open"], [], "no more of that"),
  sources: rule(central, connectors, ["open"], [], "who has a version"),
  finish: rule(connectors, servers, ["open"], ["counted"], "how a download ended, from the client or passed on for it"),
  counted: rule(servers, connectors, ["open"], [], "the end of a download is recorded for good"),
  accuse: rule(connectors, central, ["open"], [], "a secondary sent a wrong piece, or broke the protocol"),

  open: rule(connectors, secondaries, ["open"], ["opened", "refusal"], "which pieces of this version have you?"),
  opened: rule(secondaries, connectors, ["open"], [], "all, or these"),
  have: rule(secondaries, connectors, ["open"], [], "and now these too"),
  manifest: rule(connectors, secondaries, ["open"], ["hashes", "refusal"], "the piece hashes of a version"),
  hashes: rule(secondaries, connectors, ["open"], [], "32 bytes for each piece"),
  piece: rule(connectors, secondaries, ["open"], ["block", "refusal"], "a piece of a version"),
  block: rule(secondaries, connectors, ["open"], [], "the next bytes of a piece"),
  files: rule(secondaries, secondaries, ["open"], ["contents", "refusal"], "small files, whole: these versions"),
  contents: rule(secondaries, secondaries, ["open"], [], "the bytes of the next of them"),
  cancel: rule(connectors, secondaries, ["open"], [], "the rest of a piece is not wanted"),
  refusal: rule(servers, connectors, ["open"], [], "a request cannot be answered, and why"),
};

/** Why a message of this type is illegal here, or null when it is legal. */
export function ruleViolation(type: MessageType, from: Role, to: Role, state: SessionState): string | null {
  const { from: senders, to: receivers, states } = MESSAGE_RULES[type];
  if (!senders.includes(from) || !receivers.includes(to)) return `${type} is not for a ${from} to send to a ${to}`;
  if (!states.includes(state)) return `${type} is not allowed while ${state}`;
  return null;
}
