import type { Channel } from "../../net/session/channel.ts";
import { DiskError } from "../../platform/disk/disk.ts";
import type { Log } from "../../platform/log/log.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import { wired } from "../../protocol/said.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { messageOf } from "../../sentences/sentence-error.ts";

export function refuse(channel: Pick<Channel, "send">, request: number, code: ErrorCode, told: Told): void {
  channel.send({ type: "refusal", request, code, ...wired(told) });
}

/** Refuses a request because its session has as many as it may have. `what`: of these, for people. */
export function refuseTooMany(
  channel: Pick<Channel, "send" | "remoteHost">,
  log: Pick<Log, "warn">,
  request: number,
  what: "requests" | "questions",
): void {
  log.warn("limit", `${channel.remoteHost} has too many ${what} at once; further ones are refused`);
  refuse(
    channel,
    request,
    "busy",
    what === "requests" ? say("too many requests at once") : say("too many questions at once"),
  );
}

/** Refuses a request after `error`: because too much is open here now, or because the file cannot be read. */
export function refuseUnreadable(
  channel: Pick<Channel, "send">,
  log: Pick<Log, "error">,
  request: number,
  error: unknown,
): void {
  const tooManyOpen = error instanceof DiskError && error.failure === "limit";
  log.error("unreadable", `a piece cannot be read: ${messageOf(error)}`);
  if (tooManyOpen) refuse(channel, request, "busy", say("too many files are open here"));
  else refuse(channel, request, "unreadable", say("the file cannot be read here"));
}
