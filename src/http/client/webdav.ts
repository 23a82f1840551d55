import XMLBuilder from "fast-xml-builder";
import { type Sentence, say } from "../../sentences/sentence.ts";
import { type ServedVersion, validatorsOf } from "../files/file-headers.ts";
import { escapePath, FILES_PATH, filePath, xmlBaseName } from "../files/file-path.ts";
import { formatHttpDate } from "../files/http-date.ts";
import { mediaType } from "../files/media-type.ts";
import { refusal } from "../server/responses.ts";
import type { HttpRequest } from "../server/router.ts";
import type { ClientBackend } from "./backend.ts";
import { refuse } from "./file-routes.ts";

/** Read-only WebDAV of class 1 (RFC 4918): what file managers and `rclone mount` need to have the catalogue as a folder. */

const HEADERS = {
  dav: "1",
  // Windows asks for it before it believes the line above.
  "ms-author-via": "DAV",
  allow: "OPTIONS, GET, HEAD, PROPFIND",
} as const;
const XML_TYPE = "application/xml; charset=utf-8";
/** Most entries of a folder in one answer, which is in memory as a whole: about 5 MB. */
const MAX_ENTRIES = 10_000;

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", suppressEmptyNode: true });

export function answerOptions(): Response {
  return new Response(null, { status: 200, headers: HEADERS });
}

/** `PROPFIND` of a file, or of a folder with or without what is in it. */
export async function answerPropfind(
  backend: Pick<ClientBackend, "find" | "folder">,
  request: HttpRequest,
  now: number,
): Promise<Response> {
  const depth = request.raw.headers.get("depth") ?? "infinity";
  if (depth !== "0" && depth !== "1") return refuseDepth(depth);
  const name = request.rest.replace(/\/$/, "");
  if (name !== "") {
    const found = await backend.find(name);
    if (found.kind === "found") return multistatus([fileProperties(found.version, now)]);
    if (found.kind !== "folder") return refuse(found, request.rest);
  }
  const folder = name === "" ? "" : `${name}/`;
  const responses = [folderProperties(folder)];
  if (depth === "0") return multistatus(responses);
  for (let start: string | null = ""; start !== null; ) {
    const page = await backend.folder(folder, start);
    if (page.kind !== "page") return refuse(page, folder);
    for (const entry of page.entries) {
      responses.push(
        entry.kind === "folder" ? folderProperties(`${folder}${entry.name}/`) : fileProperties(entry.file, now),
      );
    }
    start = page.next;
    if (responses.length <= MAX_ENTRIES || start === null) continue;
    return refusal(FILES_PATH, { status: 507, reason: tooMany(folder) });
  }
  return multistatus(responses);
}

function tooMany(folder: string): Sentence {
  const places = { folder, most: MAX_ENTRIES, path: FILES_PATH };
  return say("{folder} has more than {most} entries: too many for WebDAV, see {path}", places);
}

type Properties = Readonly<Record<string, unknown>>;

function fileProperties(version: ServedVersion, now: number): Properties {
  const { name, size } = version;
  const { etag, lastModified } = validatorsOf(version, now);
  return response(filePath(name), name, {
    "D:resourcetype": "",
    "D:getcontentlength": size,
    "D:getcontenttype": mediaType(name),
    "D:getetag": etag,
    ...(lastModified !== null && { "D:getlastmodified": formatHttpDate(lastModified) }),
  });
}

/** `folder`: with a slash at the end, or "". */
function folderProperties(folder: string): Properties {
  return response(`${FILES_PATH}${escapePath(folder)}`, folder.slice(0, -1), {
    "D:resourcetype": { "D:collection": "" },
  });
}

function response(href: string, name: string, properties: Properties): Properties {
  const own = xmlBaseName(name);
  return {
    "D:href": href,
    "D:propstat": {
      "D:prop": { "D:displayname": own === "" ? "redes" : own, ...properties },
      "D:status": "HTTP/1.1 200 OK",
    },
  };
}

function multistatus(responses: readonly Properties[]): Response {
  return xmlResponse(207, { "D:multistatus": { "@xmlns:D": "DAV:", "D:response": responses } });
}

/** To list a whole catalogue at once would take too much memory, which RFC 4918 allows to say (section 9.1). */
function refuseDepth(depth: string): Response {
  if (depth !== "infinity") {
    return refusal(FILES_PATH, { status: 400, reason: say("Depth is {depth}: it takes 0 or 1", { depth }) });
  }
  return xmlResponse(403, { "D:error": { "@xmlns:D": "DAV:", "D:propfind-finite-depth": "" } });
}

function xmlResponse(status: number, content: Properties): Response {
  const body = `<?xml version="1.0" encoding="utf-8"?>\n${builder.build(content)}`;
  return new Response(body, {
    status,
    headers: { "content-type": XML_TYPE, dav: HEADERS.dav, "cache-control": "no-cache" },
  });
}
