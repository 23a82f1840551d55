import type { Clock } from "../../platform/clock.ts";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { answerFor, bodylessResponse } from "../files/file-answer.ts";
import type { FileBodies } from "../files/file-bodies.ts";
import { FILES_PATH, filePath } from "../files/file-path.ts";
import { refuseOtherVersion } from "../files/other-version.ts";
import { listingResponse } from "../listing/listing.ts";
import { BlockResponse } from "../server/block-response.ts";
import { RETRY_SOON, refusal } from "../server/responses.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { LeasedFile, OpenRefusal, SecondaryBackend } from "./backend.ts";
import type { SentReport } from "./sent-report.ts";

const STYLE = { title: "redes", severalSources: false } as const;

export interface SecondaryFileRoutesDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly backend: Pick<SecondaryBackend, "open" | "release" | "folder">;
  readonly bodies: Pick<FileBodies, "open">;
  readonly sent: Pick<SentReport, "tell">;
}

/** `/files/NAME`: the files that the secondary has verified; with a slash behind it, what is in a folder. */
export function fileRoutes(deps: SecondaryFileRoutesDeps): readonly Route[] {
  return [
    {
      methods: ["GET", "HEAD"],
      path: `${FILES_PATH}*`,
      access: "file",
      handle: (request) => respond(deps, request),
    },
  ];
}

async function respond(deps: SecondaryFileRoutesDeps, request: HttpRequest): Promise<Response> {
  const { rest: name } = request;
  if (name === "" || name.endsWith("/")) return listFolder(deps.backend, request);
  const reply = await deps.backend.open(name);
  return reply.kind === "opened" ? sendFile(deps, request, reply) : refuse(reply, name);
}

async function listFolder(backend: Pick<SecondaryBackend, "folder">, request: HttpRequest): Promise<Response> {
  const folder = request.rest;
  const reply = await backend.folder(folder, "");
  if (reply.kind !== "page") return refuse(reply, folder);
  const readPage = async (start: string) => {
    const next = await backend.folder(folder, start);
    if (next.kind === "page") return next.page;
    // Once a listing is being sent, it can only be cut off to say that it is not whole.
    throw new Error("the folder cannot be listed any more");
  };
  return listingResponse(request, { folder, first: reply.page, readPage }, STYLE);
}

function refuse(refused: OpenRefusal, name: string): Response {
  switch (refused.kind) {
    case "missing":
      return refusal(FILES_PATH, { status: 404, reason: notHere(name) });
    case "folder":
      return new Response(null, { status: 308, headers: { location: `${filePath(name)}/` } });
    case "unavailable":
      return refusal(FILES_PATH, { status: 503, reason: refused.reason, headers: RETRY_SOON });
  }
}

function notHere(name: string): Sentence {
  return name.endsWith("/")
    ? say("there is no folder {name} here", { name })
    : say("there is no file {name} here", { name });
}

function sendFile(
  { clock, backend, bodies, sent: report }: SecondaryFileRoutesDeps,
  request: HttpRequest,
  leased: LeasedFile,
): Response {
  const { lease, file, version } = leased;
  const { raw, remoteHost } = request;
  const unread = { sent: null, remoteHost, unreadable: false };
  const other = refuseOtherVersion(request.version, version);
  if (other) {
    void backend.release(lease, unread);
    return other;
  }
  const method = request.method === "HEAD" ? "HEAD" : "GET";
  const answer = answerFor(
    { method, headers: raw.headers, download: request.query.has("download"), playedElsewhere: true },
    version,
    clock.wall() / 1000,
  );
  const { body } = answer;
  // Nobody is there any more, or there are no bytes to be sent.
  if (!body || raw.signal.aborted || body.start === body.end) {
    void backend.release(lease, raw.signal.aborted ? unread : { ...unread, sent: body });
    return bodylessResponse(answer);
  }
  const connection = request.keepOpen();
  const blocks = bodies.open(file, body, (end, sent) => {
    if (end === "complete") connection.release();
    else connection.cut();
    report.tell();
    void backend.release(lease, {
      sent: { start: body.start, end: sent },
      remoteHost,
      unreadable: end === "unreadable",
    });
  });
  return new BlockResponse(blocks, { status: answer.status, headers: answer.headers });
}
