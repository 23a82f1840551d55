import type { Clock } from "../../platform/clock.ts";
import { answerFor, bodylessResponse, type FileAnswer, type FileRequest } from "../files/file-answer.ts";
import type { FileBodies } from "../files/file-bodies.ts";
import type { ServedVersion } from "../files/file-headers.ts";
import { FILES_PATH, filePath, noSuchName } from "../files/file-path.ts";
import { refuseOtherVersion } from "../files/other-version.ts";
import { type Listing, type ListingPage, listingResponse } from "../listing/listing.ts";
import { BlockResponse } from "../server/block-response.ts";
import { RETRY_SOON, refusal } from "../server/responses.ts";
import type { HttpRequest } from "../server/router.ts";
import type { ClientBackend, OpenedStream, VersionsPage } from "./backend.ts";
import type { CatalogueRefusal } from "./refusal.ts";
import { type StreamPart, type StreamReads, streamPart } from "./stream-reads.ts";

/** Conditions by which most requests turn out to need nothing of the file. */
const CONDITIONS = ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since"] as const;
const STYLE = { title: "redes", severalSources: false } as const;

export interface ClientFileRoutesDeps {
  readonly clock: Pick<Clock, "wall">;
  readonly backend: ClientBackend;
  readonly bodies: Pick<FileBodies<StreamPart>, "open">;
  readonly reads: Pick<StreamReads, "wait">;
}

/** `GET` and `HEAD` of `/files/NAME`, and of a folder with a slash behind it. */
export async function answerFile(deps: ClientFileRoutesDeps, request: HttpRequest): Promise<Response> {
  const { rest: name } = request;
  if (name === "" || name.endsWith("/")) return listFolder(deps, request);
  return (await answerWithoutReading(deps, request)) ?? openFile(deps, request);
}

/** Why something is not answered. */
export function refuse(refused: CatalogueRefusal, name: string): Response {
  switch (refused.kind) {
    case "missing":
      return refusal(FILES_PATH, { status: 404, reason: noSuchName(name) });
    case "folder":
      return new Response(null, { status: 308, headers: { location: `${filePath(name)}/` } });
    case "unavailable":
      return refusal(FILES_PATH, { status: 503, reason: refused.reason, headers: RETRY_SOON });
  }
}

/** Who asks about a file only, or has it already, is no download. Null where it must be opened. */
async function answerWithoutReading(deps: ClientFileRoutesDeps, request: HttpRequest): Promise<Response | null> {
  const { rest: name, method, raw } = request;
  if (method !== "HEAD" && !CONDITIONS.some((condition) => raw.headers.has(condition))) return null;
  const found = await deps.backend.find(name);
  if (found.kind !== "found") return refuse(found, name);
  const other = refuseOtherVersion(request.version, found.version);
  if (other) return other;
  const answer = answerOf(deps, request, found.version);
  return answer.body === null ? bodylessResponse(answer) : null;
}

async function openFile(deps: ClientFileRoutesDeps, request: HttpRequest): Promise<Response> {
  const opened = await deps.backend.open(request.rest);
  return opened.kind === "opened" ? sendFile(deps, request, opened) : refuse(opened, request.rest);
}

async function sendFile(
  deps: ClientFileRoutesDeps,
  request: HttpRequest,
  { reader, version }: OpenedStream,
): Promise<Response> {
  const { backend, bodies, reads } = deps;
  const { raw } = request;
  const other = refuseOtherVersion(request.version, version);
  if (other) {
    void backend.release(reader, 0);
    return other;
  }
  const answer = answerOf(deps, request, version);
  const { body } = answer;
  if (!body || raw.signal.aborted || body.start === body.end) {
    void backend.release(reader, 0);
    return bodylessResponse(answer);
  }
  void backend.begin(reader, body.start, body.end);
  const part = streamPart(reader, body.end);
  // Who is gone while a piece is on its way for him wants it no more.
  const gone = () => void (part.asked && backend.release(reader, part.asked.at));
  raw.signal.addEventListener("abort", gone, { once: true });
  const connection = request.keepOpen();
  const failure = await reads.wait(part, body.start);
  if (failure !== null) {
    connection.release();
    void backend.release(reader, body.start);
    return refuse({ kind: "unavailable", reason: failure }, version.name);
  }
  const blocks = bodies.open(part, body, (end, sent) => {
    if (end === "complete") connection.release();
    else connection.cut();
    void backend.release(reader, sent);
  });
  return new BlockResponse(blocks, { status: answer.status, headers: answer.headers });
}

function answerOf(
  { clock }: ClientFileRoutesDeps,
  { method, raw, query }: HttpRequest,
  version: ServedVersion,
): FileAnswer {
  const asked: FileRequest = {
    method: method === "HEAD" ? "HEAD" : "GET",
    headers: raw.headers,
    download: query.has("download"),
    playedElsewhere: false,
  };
  return answerFor(asked, version, clock.wall() / 1000);
}

async function listFolder({ backend }: ClientFileRoutesDeps, request: HttpRequest): Promise<Response> {
  const { rest: folder } = request;
  const first = await backend.folder(folder, "");
  if (first.kind !== "page") return refuse(first, folder);
  const readPage = async (start: string) => {
    const page = await backend.folder(folder, start);
    // Once a listing is being sent, it can only be cut off to say that it is not whole.
    if (page.kind !== "page") throw new Error("the catalogue cannot be read any more");
    return listingPage(page);
  };
  const listing: Listing = { folder, first: listingPage(first), readPage };
  return listingResponse(request, listing, STYLE);
}

function listingPage({ entries, next }: VersionsPage): ListingPage {
  return {
    entries: entries.map((entry) => {
      if (entry.kind === "folder") return entry;
      const { id, size, modified, sha256 } = entry.file;
      return { ...entry, file: { id, size, modified, sha256, sources: null } };
    }),
    next,
  };
}
