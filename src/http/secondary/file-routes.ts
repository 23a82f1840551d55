import type { Clock } from "../../platform/clock.ts";
import { answerFor, type FileAnswer } from "../files/file-answer.ts";
import type { FileBodies } from "../files/file-bodies.ts";
import { textResponse } from "../server/responses.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { LeasedFile, SecondaryBackend } from "./backend.ts";

/** Seconds after which what is not available now may be asked for again. */
const RETRY_AFTER_S = 5;

export interface FileRoutesDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly backend: Pick<SecondaryBackend, "open" | "release">;
  readonly bodies: Pick<FileBodies, "open">;
}

/** `/files/NAME`: the files that the secondary has verified. */
export function fileRoutes(deps: FileRoutesDeps): readonly Route[] {
  return [
    { methods: ["GET", "HEAD"], path: "/files/*", access: "file", handle: (request) => serveFile(deps, request) },
  ];
}

async function serveFile(deps: FileRoutesDeps, request: HttpRequest): Promise<Response> {
  const reply = await deps.backend.open(request.rest);
  switch (reply.kind) {
    case "missing":
      return textResponse(404, "there is no such file");
    case "folder":
      return textResponse(404, "that is a folder");
    case "unavailable":
      return textResponse(503, reply.reason, { "retry-after": String(RETRY_AFTER_S) });
    case "opened":
      return sendFile(deps, request, reply);
  }
}

function sendFile({ clock, backend, bodies }: FileRoutesDeps, request: HttpRequest, leased: LeasedFile): Response {
  const { lease, file, version } = leased;
  const { raw, remoteHost } = request;
  const unread = { sent: null, remoteHost, unreadable: false };
  if (request.version !== null && request.version !== version.id) {
    void backend.release(lease, unread);
    return textResponse(410, "that address is for an older version of the file");
  }
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  const answer = answerFor(
    { method, headers: raw.headers, download: request.query.has("download") },
    version,
    clock.wall() / 1000,
  );
  const { body } = answer;
  // Nobody is there any more, or there are no bytes to be sent.
  if (!body || raw.signal.aborted || body.start === body.end) {
    void backend.release(lease, raw.signal.aborted ? unread : { ...unread, sent: body });
    return bodyless(answer);
  }
  const connection = request.keepOpen();
  const stream = bodies.open(file, body, (end, sent) => {
    if (end === "complete") connection.release();
    else connection.cut();
    void backend.release(lease, {
      sent: { start: body.start, end: sent },
      remoteHost,
      unreadable: end === "unreadable",
    });
  });
  return new Response(stream, { status: answer.status, headers: answer.headers });
}

function bodyless({ status, headers, refusal }: FileAnswer): Response {
  return refusal === null ? new Response(null, { status, headers }) : textResponse(status, refusal, headers);
}
