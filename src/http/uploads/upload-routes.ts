import { MAX_SIZE } from "../../protocol/versions/version.ts";
import { say, type Told } from "../../sentences/sentence.ts";
import { askerOf } from "../api/operation.ts";
import { FILES_PATH, filePath } from "../files/file-path.ts";
import { jsonResponse, RETRY_SOON, refusal } from "../server/responses.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { SiteDeps } from "../thread/site.ts";
import { type BegunUpload, refused, type StoredUpload, type UploadBackend, type UploadRefusal } from "./backend.ts";
import { conditionsIn } from "./put-conditions.ts";
import { type Spooled, spool, UPLOAD_IDLE_MS } from "./spooling.ts";

/** The same for programs that know the rest of the interface. */
export const API_FILES_PATH = "/api/v1/files/";

export interface UploadRoutesDeps extends Pick<SiteDeps, "clock" | "disk"> {
  readonly backend: UploadBackend;
}

/** `PUT`, below each of these paths, the name of a file: the body becomes the file of that name. */
export function uploadRoutes(deps: UploadRoutesDeps, below: readonly string[]): readonly Route[] {
  return below.map((start) => ({
    methods: ["PUT"],
    path: `${start}*`,
    access: "write",
    acceptsContent: true,
    handle: (request) => put(deps, request, start),
  }));
}

async function put(deps: UploadRoutesDeps, request: HttpRequest, start: string): Promise<Response> {
  const unusable = unusableIn(request);
  if (unusable) return refusal(start, unusable);
  const begun = await deps.backend.beginUpload({ ...wantedBy(request), size: request.content.length });
  if (begun.kind === "refused") return refuse(begun, start);
  // Whoever goes away while it is on its way to a secondary wants it no more.
  const { signal } = request.raw;
  const end = () => void deps.backend.endUpload(begun.upload);
  try {
    const outcome = await receive(deps, request, begun, () => signal.addEventListener("abort", end, { once: true }));
    return answer(outcome, start);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

/** What a request says of its file, but for its size. */
export function wantedBy(request: Pick<HttpRequest, "rest" | "raw" | "by" | "remoteHost">) {
  const { rest: name, raw, remoteHost: from } = request;
  return {
    ...{ name, from, by: askerOf(request) },
    conditions: conditionsIn(raw.headers),
    modified: modifiedIn(raw.headers),
  };
}

/** Why the body of a request cannot be a file. */
function unusableIn({ raw, content }: HttpRequest): { readonly status: number; readonly reason: Told } | null {
  const encoding = raw.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  // RFC 9110, section 14.5: a part would else be taken for the whole.
  if (raw.headers.has("content-range"))
    return { status: 400, reason: say("a file is put as a whole, and not in parts") };
  if (encoding !== "identity" && encoding !== "")
    return { status: 415, reason: say("the body is encoded ({encoding}): a file is put as it is", { encoding }) };
  if ((content.length ?? 0) > MAX_SIZE)
    return { status: 413, reason: say("it is larger than a file of the cluster can be") };
  return null;
}

/** Seconds since 1970, as ownCloud's and rclone's clients say them; with a fraction where they have one. */
function modifiedIn(headers: Pick<Headers, "get">): number | null {
  const said = /^\d{1,11}(\.\d{1,9})?$/.exec(headers.get("x-oc-mtime") ?? "");
  return said ? Math.round(1_000_000 * Number(said[0])) : null;
}

/** `spooled`: called once all of it is here. */
async function receive(
  deps: UploadRoutesDeps,
  { content, keepOpen, raw }: HttpRequest,
  begun: BegunUpload,
  spooled: () => void,
): Promise<StoredUpload | UploadRefusal> {
  const connection = keepOpen();
  const body = await spool(deps, content, begun);
  if (body.kind !== "whole") {
    if (body.kind === "gone" || body.kind === "silent") connection.cut();
    else connection.release();
    return notWhole(body);
  }
  spooled();
  const outcome = raw.signal.aborted
    ? refused(400, say("its sender is gone"))
    : await deps.backend.sendUpload(begun.upload, body.size);
  connection.release();
  return outcome;
}

function notWhole(body: Exclude<Spooled, { kind: "whole" }>): UploadRefusal {
  switch (body.kind) {
    case "gone":
    case "silent":
      // Nobody reads it: the connection is cut.
      return refused(400, say("nothing of it came for {seconds} s", { seconds: UPLOAD_IDLE_MS / 1000 }));
    case "long":
    case "full":
      return refused(507, say("there is no room here for the file: every file is kept here until a secondary has it"));
    case "failed":
      return refused(
        500,
        say("the file cannot be kept here until a secondary has it: {reason}", { reason: body.reason }),
      );
  }
}

function answer(outcome: StoredUpload | UploadRefusal, start: string): Response {
  if (outcome.kind === "refused") return refuse(outcome, start);
  const { name, id, size, isNew } = outcome;
  const headers = { etag: `"${id}"`, ...(isNew && { location: filePath(name) }) };
  if (start === FILES_PATH) return new Response(null, { status: isNew ? 201 : 204, headers });
  const response = jsonResponse({ name, id, size, isNew }, isNew ? 201 : 200);
  for (const [header, value] of Object.entries(headers)) response.headers.set(header, value);
  return response;
}

function refuse({ status, reason }: UploadRefusal, start: string): Response {
  return refusal(start, { status, reason, headers: status === 503 ? RETRY_SOON : {} });
}
