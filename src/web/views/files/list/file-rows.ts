import type { ApiFailure, ApiResult } from "../../../api/api-result.ts";
import type { EntriesPage, ListEntry } from "./entry.ts";

/** Rows in a page: more than a screen has, and little for the server. */
export const PAGE_ROWS = 200;
/** Pages that are asked for at the same time. */
const MAX_IN_FLIGHT = 3;
/** Pages that are kept beside those that are seen, on each side. */
const KEPT_PAGES = 5;

/** Asks for rows. */
export type FetchEntries = (offset: number, limit: number, signal: AbortSignal) => Promise<ApiResult<EntriesPage>>;

/** Rows from one up to, but not including, another. */
export interface RowRange {
  readonly start: number;
  readonly end: number;
}

/** One order of one folder, or one search, as far as it is here. */
interface ShownListing {
  readonly fetch: FetchEntries;
  readonly pages: Map<number, readonly ListEntry[]>;
  /** Null: not known yet. */
  total: number | null;
  /** Pages that are asked for. */
  readonly inFlight: Map<number, AbortController>;
  /** Pages that are here and may be others by now. */
  readonly stale: Set<number>;
}

/**
 * Rows of a list of any length, of which those are here that are seen. What was shown stays until something can be shown in
 * its place; an answer to what nobody looks at any more is dropped.
 */
export class FileRows {
  private shown: ShownListing | null = null;
  /** What is to be shown, once its first page is here. */
  private next: ShownListing | null = null;
  private range: RowRange = { start: 0, end: 0 };
  private lastFailure: ApiFailure | null = null;

  /** `changed`: there is something else to show. */
  constructor(private readonly changed: () => void) {}

  /** How many rows there are; null: not known yet. */
  get total(): number | null {
    return this.shown?.total ?? null;
  }

  /** Why the last thing that was asked for did not come; null: it came. */
  get failure(): ApiFailure | null {
    return this.lastFailure;
  }

  /** Whether what is shown is about to be replaced by something else. */
  get isLeaving(): boolean {
    return this.next !== null;
  }

  /** Null: it is not here yet. */
  row(index: number): ListEntry | null {
    return this.shown?.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] ?? null;
  }

  /** Shows another list, from its first row. */
  show(fetch: FetchEntries): void {
    this.abandon(this.next);
    this.next = { fetch, pages: new Map(), total: null, inFlight: new Map(), stale: new Set() };
    void this.load(this.next, 0);
  }

  /** These rows are seen now. */
  want(range: RowRange): void {
    this.range = range;
    if (this.shown) this.loadMissing(this.shown);
  }

  /** Asks anew for what is seen, which stays until then. */
  reload(): void {
    const listing = this.next ?? this.shown;
    if (!listing) return;
    for (const page of listing.pages.keys()) listing.stale.add(page);
    if (listing.pages.size === 0) void this.load(listing, 0);
    else this.loadMissing(listing);
  }

  stop(): void {
    this.abandon(this.shown);
    this.abandon(this.next);
  }

  private loadMissing(listing: ShownListing): void {
    const wanted = this.wantedPages(listing.total ?? 0);
    for (const [page, controller] of listing.inFlight) if (!wanted.includes(page)) controller.abort();
    for (const page of wanted) {
      const isHere = listing.pages.has(page) && !listing.stale.has(page);
      if (!isHere && !listing.inFlight.has(page) && listing.inFlight.size < MAX_IN_FLIGHT)
        void this.load(listing, page);
    }
    this.forgetFar(listing, wanted);
  }

  private wantedPages(total: number): number[] {
    const first = Math.floor(this.range.start / PAGE_ROWS);
    const last = Math.floor(Math.max(this.range.start, Math.min(this.range.end, total) - 1) / PAGE_ROWS);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  private forgetFar({ pages, stale }: ShownListing, wanted: readonly number[]): void {
    const [first = 0, last = first] = [wanted[0], wanted.at(-1)];
    for (const page of pages.keys()) {
      if (page >= first - KEPT_PAGES && page <= last + KEPT_PAGES) continue;
      pages.delete(page);
      stale.delete(page);
    }
  }

  private async load(listing: ShownListing, page: number): Promise<void> {
    const controller = new AbortController();
    listing.inFlight.set(page, controller);
    const result = await listing.fetch(page * PAGE_ROWS, PAGE_ROWS, controller.signal);
    listing.inFlight.delete(page);
    if (listing !== this.next && listing !== this.shown) return;
    if (result.ok) this.receive(listing, page, result.value);
    else if (result.failure.kind !== "aborted") this.fail(listing, result.failure);
    // What was not asked for since too much was under way. What failed is not asked for again and again.
    const goesOn = result.ok || result.failure.kind === "aborted";
    if (goesOn && listing === this.shown) this.loadMissing(listing);
  }

  private receive(listing: ShownListing, page: number, { entries, total }: EntriesPage): void {
    listing.pages.set(page, entries);
    listing.stale.delete(page);
    listing.total = total;
    this.lastFailure = null;
    if (listing === this.next) {
      this.abandon(this.shown);
      this.shown = listing;
      this.next = null;
      this.range = { start: 0, end: Math.min(total, PAGE_ROWS) };
    }
    this.changed();
  }

  /** What was shown before is shown no more where what was asked for cannot be: it would look like an answer to it. */
  private fail(listing: ShownListing, failure: ApiFailure): void {
    this.lastFailure = failure;
    if (listing === this.next) {
      this.abandon(this.shown);
      this.shown = listing;
      this.next = null;
    }
    this.changed();
  }

  private abandon(listing: ShownListing | null): void {
    for (const controller of listing?.inFlight.values() ?? []) controller.abort();
  }
}
