import { accepts } from "../server/accept.ts";
import type { HttpRequest } from "../server/router.ts";
import type { FolderPage } from "./folder-page.ts";
import { HTML_HEADERS, htmlEnd, htmlRows, htmlStart, type ListingStyle } from "./html-listing.ts";
import { jsonEnd, jsonRows, jsonStart } from "./json-listing.ts";
import type { ListingFile } from "./listed-file.ts";

export type ListingPage = FolderPage<ListingFile>;

/** A folder that is listed: its path with a slash at the end, or "" for the shared folder itself. */
export interface Listing {
  readonly folder: string;
  /** The first page; the next ones are read while the listing is sent. */
  readonly first: ListingPage;
  readPage(start: string): Promise<ListingPage>;
}

/**
 * A listing as a page for people, or as JSON for a client that says so in `Accept` or with `?format=json`. Never more than
 * a page of it is in memory.
 */
export function listingResponse({ method, query, raw }: HttpRequest, listing: Listing, style: ListingStyle): Response {
  const json = query.get("format") === "json" || accepts(raw.headers.get("accept"), "application/json");
  const parts = json
    ? { start: jsonStart(listing.folder), rows: jsonRows, end: jsonEnd() }
    : {
        start: htmlStart(listing.folder, style),
        rows: (page: ListingPage) => htmlRows(page.entries, style),
        end: htmlEnd(listing),
      };
  const headers = json ? { "content-type": "application/json" } : HTML_HEADERS;
  const body = method === "HEAD" ? null : textStream(listing, parts);
  return new Response(body, { headers: { ...headers, "cache-control": "no-cache", vary: "Accept" } });
}

interface ListingParts {
  readonly start: string;
  /** `isFirst`: nothing comes before these. */
  rows(page: ListingPage, isFirst: boolean): string;
  readonly end: string;
}

function textStream({ first, readPage }: Listing, { start, rows, end }: ListingParts): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let isFirst = true;
  let next: string | null = "";
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (next === null) return controller.close();
        const page: ListingPage = isFirst ? first : await readPage(next);
        next = page.next;
        const text = `${isFirst ? start : ""}${rows(page, isFirst)}${next === null ? end : ""}`;
        isFirst = false;
        controller.enqueue(encoder.encode(text));
      },
    },
    { highWaterMark: 0 },
  );
}
