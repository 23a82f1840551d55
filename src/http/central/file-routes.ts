import { create } from "content-disposition";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { digestHeaders } from "../files/digest-headers.ts";
import { baseName, FILES_PATH, filePath, noSuchName } from "../files/file-path.ts";
import { refuseOtherVersion } from "../files/other-version.ts";
import { type Listing, type ListingPage, listingResponse } from "../listing/listing.ts";
import { accepts } from "../server/accept.ts";
import { refusal } from "../server/responses.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { CentralBackend, LocateRefusal } from "./backend.ts";
import { FILE_FORMS, type FileForm, METALINK } from "./file-forms.ts";

type FilesBackend = Pick<CentralBackend, "target" | "sources" | "folder">;

/** In each response, so that caches keep apart what different clients are sent from one address. */
const VARY = { vary: "Accept" } as const;
/** What is said of a file is so only now: its secondaries come and go. */
const FLEETING = { ...VARY, "cache-control": "no-store" } as const;
const STYLE = { title: "redes", severalSources: true } as const;

/**
 * `/files/NAME`: sends the client to a secondary that has the file, or gives it the metalink, which programs that can use
 * one ask for; with `.meta4` and `.torrent` behind the name, where no file has that name itself, the metalink and the
 * torrent; with a slash behind it, what is in the folder.
 */
export function fileRoutes(backend: FilesBackend): readonly Route[] {
  return [
    {
      methods: ["GET", "HEAD"],
      path: `${FILES_PATH}*`,
      access: "file",
      handle: (request) => respond(backend, request),
    },
  ];
}

function respond(backend: FilesBackend, request: HttpRequest): Promise<Response> {
  const { rest } = request;
  return rest === "" || rest.endsWith("/") ? listFolder(backend, request) : answerFile(backend, request);
}

async function answerFile(backend: FilesBackend, request: HttpRequest): Promise<Response> {
  const { rest: name, raw } = request;
  const asked = accepts(raw.headers.get("accept"), METALINK.type)
    ? await formOf(backend, request, name, METALINK)
    : await redirect(backend, request);
  if (asked instanceof Response || asked.kind !== "no-such-file") return respondOrRefuse(asked, name);
  const form = FILE_FORMS.find(({ suffix }) => name.endsWith(suffix));
  const found = form ? await formOf(backend, request, name.slice(0, -form.suffix.length), form) : asked;
  // The folder of that name, without the suffix, has no such form.
  return respondOrRefuse(found instanceof Response || found.kind === "unavailable" ? found : asked, name);
}

async function redirect(
  backend: FilesBackend,
  { rest, method, version, query }: HttpRequest,
): Promise<Response | LocateRefusal> {
  const target = await backend.target(rest, method === "GET");
  if (target.kind !== "target") return target;
  const { url, file } = target;
  const other = refuseOtherVersion(version, file, VARY);
  if (other) return other;
  const location = query.has("download") ? savedFrom(url) : url;
  return new Response(null, { status: 307, headers: { ...FLEETING, location, ...digestHeaders(file.sha256) } });
}

/** Whoever wants to save a file wants the secondary to say so too: a browser would show it. */
function savedFrom(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}download`;
}

async function formOf(
  backend: FilesBackend,
  { version }: HttpRequest,
  name: string,
  form: FileForm,
): Promise<Response | LocateRefusal> {
  const sources = await backend.sources(name, form.digests);
  if (sources.kind !== "sources") return sources;
  const other = refuseOtherVersion(version, sources.file, VARY);
  if (other) return other;
  const content = form.write(sources);
  if (content === null) return refusal(FILES_PATH, { status: 404, reason: emptyFile(name, form), headers: VARY });
  return new Response(content, {
    headers: {
      ...FLEETING,
      "content-type": form.type,
      "content-disposition": create(`${baseName(name)}${form.suffix}`),
    },
  });
}

function emptyFile(name: string, { suffix }: FileForm): Sentence {
  return say("{name} is empty: there is no {suffix} of such a file", { name, suffix });
}

async function listFolder(backend: FilesBackend, request: HttpRequest): Promise<Response> {
  const folder = request.rest;
  const first = await backend.folder(folder, "");
  if ("kind" in first) return refuse(first, folder);
  const listing: Listing = { folder, first, readPage: (start) => readOn(backend, folder, start) };
  return listingResponse(request, listing, STYLE);
}

/** Once a listing is being sent, it can only be cut off to say that it is not whole. */
async function readOn(backend: FilesBackend, folder: string, start: string): Promise<ListingPage> {
  const page = await backend.folder(folder, start);
  if ("kind" in page) throw new Error("the central does not serve any more");
  return page;
}

function respondOrRefuse(answer: Response | LocateRefusal, name: string): Response {
  return answer instanceof Response ? answer : refuse(answer, name);
}

function refuse(refused: LocateRefusal, name: string): Response {
  switch (refused.kind) {
    case "no-such-file":
      return refusal(FILES_PATH, { status: 404, reason: noSuchName(name), headers: VARY });
    case "folder":
      return new Response(null, { status: 308, headers: { ...VARY, location: `${filePath(name)}/` } });
    case "unavailable": {
      const headers = { ...VARY, "retry-after": String(refused.retryAfter) };
      return refusal(FILES_PATH, { status: 503, reason: refused.why, headers });
    }
  }
}
