import type { Identity } from "../../keys/identity.ts";
import { MESSAGE_RULES } from "../../protocol/message-rules.ts";
import type { Report } from "../../protocol/messages/client.ts";
import type { MessageType } from "../../protocol/messages/messages.ts";
import { hasRight, type Rights } from "../../protocol/rights.ts";
import { type Sentence, say, type Told } from "../../sentences/sentence.ts";
import type { KnownPeer, Socket } from "../transport/network.ts";

/** What who sends a file does, in each of its messages. */
export const PUTTING = say("to put files");

/** What people do whose client sends these: names of messages say nothing to them. */
const DOINGS: Readonly<Partial<Record<MessageType, Sentence>>> = {
  ...{ place: PUTTING, put: PUTTING, give: PUTTING, publish: PUTTING },
  "remove-files": say("to remove files"),
  "move-files": say("to move files"),
  "restore-file": say("to restore files"),
  keys: say("to list keys"),
  revoke: say("to revoke keys"),
};

/** The name of a client in its certificate, which counts, whatever it says; null where no keys are used. */
export function authenticatedName(peer: Identity | null): string | null {
  return peer?.role === "client" ? peer.name : null;
}

/** A report with the authenticated name of the client that has sent it. One that a secondary passes on has it already. */
export function authenticatedReport(report: Report, peer: Identity | null): Report {
  const client = authenticatedName(peer);
  return client === null ? report : { ...report, client };
}

/** Why the key of a peer does not let it send a message of this type, for people; null when it does, and without keys. */
export function rightViolation(type: MessageType, peer: Identity | null): Sentence | null {
  return missingRight(DOINGS[type] ?? type, MESSAGE_RULES[type].right, peer);
}

/** `needed`: the right that a client needs for `what`. Who is no client has the rights of its role. */
export function missingRight(what: Told, needed: Rights | null, peer: Identity | null): Sentence | null {
  if (needed === null || peer?.role !== "client" || hasRight(peer.rights, needed)) return null;
  const { name, rights } = peer;
  return say(
    "the key of client {name} has the right {rights}, and {what} needs {needed}: who has the cluster key can make one with it (redes key client NAME --{needed})",
    { name, rights, what, needed },
  );
}

/** The other end of a connection by its certificate; null where no keys are used, or where it is not believed. */
export function knownPeerOf({ remotePeer }: Pick<Socket, "remotePeer">): KnownPeer | null {
  return remotePeer?.kind === "known" ? remotePeer : null;
}
