import { accepts } from "../server/accept.ts";
import { NOTHING_HERE, refusal } from "../server/responses.ts";
import type { HttpRequest, Route } from "../server/router.ts";
import type { WebAddress } from "../server/web-address.ts";
import { CompressedFile } from "./compressed-file.ts";
import { contentSecurityPolicy } from "./content-security-policy.ts";
import { type PageDocument, type PageRole, pageDocument } from "./page-document.ts";
import type { PageFile } from "./page-file.ts";

/** Where the page is. */
const PAGE_PATH = "/";
/** The content of a path never changes: another one has another hash in its name. */
const FOR_EVER = "public, max-age=31536000, immutable";

export interface PageDeps {
  readonly files: readonly PageFile[];
  readonly role: PageRole;
  /** Where files may be that the page plays. */
  mediaAddresses(): Promise<readonly WebAddress[]>;
  /** What programs get at its address; without it, that there is nothing. */
  readonly forPrograms?: () => Response;
}

/**
 * The page for people, for whoever says that it reads HTML; programs get something else at its address. It holds nothing
 * of the cluster, so everybody may have it, who then shows a token.
 */
export function pageRoutes(deps: PageDeps): readonly Route[] {
  return deps.files.map((file) => ({
    methods: ["GET", "HEAD"],
    path: file.isDocument ? PAGE_PATH : file.path,
    access: "anyone",
    handle: file.isDocument ? documentHandler(deps, file) : assetHandler(file),
  }));
}

/** The document is made when the first browser asks for it. */
function documentHandler(deps: PageDeps, file: PageFile): Route["handle"] {
  let made: Promise<PageDocument> | null = null;
  const document = () => {
    made ??= pageDocument(file, deps.files, deps.role);
    return made;
  };
  const compressed = new CompressedFile({ read: async () => (await document()).bytes });
  return (request) => answerDocument(deps, file, document, compressed, request);
}

function assetHandler(file: PageFile): Route["handle"] {
  const compressed = new CompressedFile(file);
  return (request) => answerAsset(file, compressed, request);
}

async function answerDocument(
  { mediaAddresses, forPrograms = nothingHere, role }: PageDeps,
  file: PageFile,
  document: () => Promise<PageDocument>,
  compressed: CompressedFile,
  { raw }: HttpRequest,
): Promise<Response> {
  const vary = "Accept, Accept-Encoding";
  if (!accepts(raw.headers.get("accept"), "text/html")) {
    const response = forPrograms();
    response.headers.set("vary", vary);
    return response;
  }
  // A page that cannot play is better than none.
  const addresses = mediaAddresses().catch(() => []);
  const { styles } = await document();
  const policy = contentSecurityPolicy(await addresses, styles);
  const etag = `W/"${file.etag}-${Bun.hash.xxHash3(`${role} ${policy}`).toString(36)}"`;
  const headers = { vary, etag, "cache-control": "no-cache", "content-security-policy": policy };
  if (raw.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  return contentResponse(file, compressed, raw.headers, headers);
}

function answerAsset(file: PageFile, compressed: CompressedFile, { raw }: HttpRequest): Promise<Response> {
  return contentResponse(file, compressed, raw.headers, { vary: "Accept-Encoding", "cache-control": FOR_EVER });
}

async function contentResponse(
  { type }: PageFile,
  compressed: CompressedFile,
  asked: Headers,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const { encoding, bytes } = await compressed.content(asked.get("accept-encoding"));
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: {
      ...headers,
      "content-type": type,
      "content-length": String(bytes.length),
      ...(encoding !== null && { "content-encoding": encoding }),
    },
  });
}

function nothingHere(): Response {
  return refusal(PAGE_PATH, NOTHING_HERE);
}
