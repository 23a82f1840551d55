import { LRUCache } from "lru-cache";
import { bytesEqual } from "../../platform/hash.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { MIB } from "../../platform/units.ts";
import { DIGEST_BYTES, type PieceDigest, TORRENT_DIGESTS } from "../../protocol/digests/piece-digests.ts";
import type { Messages } from "../../protocol/messages/messages.ts";
import { pieceCount } from "../../protocol/versions/version.ts";
import { type Digested, type DigestSource, isPassing, type Undigested } from "../http/digest-wait.ts";
import type { FileVersion } from "../versions/file-version.ts";
import { SecondaryQuestions, type SecondaryQuestionsDeps } from "./secondary-questions.ts";

/** Milliseconds for one secondary to answer, and for all that are asked one after the other. */
const ANSWER_TIMEOUT_MS = 3000;
const TOTAL_TIMEOUT_MS = 8000;
/** Versions that secondaries are asked about at the same time, each kind of digest for itself. */
const MAX_AT_ONCE = 64;
/** Bytes of digests that are remembered, and milliseconds after which they are asked for again. */
const MAX_REMEMBERED_BYTES = 32 * MIB;
const REMEMBERED_MS = 60_000;
/** So many secondaries must say the same. */
const AGREEING_SECONDARIES = 2;
/** What one remembered answer takes besides its digests. */
const ENTRY_BYTES = 512;

type DigestAnswer =
  | { readonly message: Messages["digested"]; readonly payload: Uint8Array }
  | { readonly message: Messages["undigested"] };

export interface DigestRequestsDeps extends SecondaryQuestionsDeps {
  /** Bounded: any secondary can answer wrongly as often as it is asked. */
  readonly limitedLog: Pick<LogLimiter, "warn">;
  /** Those who are present and hold the whole of a version; `http` null: it makes no digests, but may have some. */
  holdersOf(version: FileVersion): readonly { readonly number: number; readonly http: unknown }[];
}

/**
 * Gets the digests of versions from the secondaries that hold them. Nothing proves a digest as the id of a version proves
 * its pieces: so two secondaries are asked where there are two that have it, and what they do not agree on is not used.
 * What only torrents need, a secondary begins to make when it is first asked: then no more than two are set to work, and
 * whoever is done first is not believed before the other.
 */
export class DigestRequests implements DigestSource {
  private readonly questions: SecondaryQuestions<DigestAnswer>;
  private readonly running = new Map<string, Promise<Digested | Undigested>>();
  private readonly remembered = new LRUCache<string, { readonly found: Digested; readonly until: number }>({
    maxSize: MAX_REMEMBERED_BYTES,
    sizeCalculation: ({ found }) => found.pieces.length + ENTRY_BYTES,
  });

  constructor(private readonly deps: DigestRequestsDeps) {
    this.questions = new SecondaryQuestions(deps);
  }

  digestsOf(version: FileVersion, of: PieceDigest): Promise<Digested | Undigested> {
    if (version.isSha256Disputed) return Promise.resolve({ kind: "undigested", why: "disputed", left: 0 });
    const key = `${version.id} ${of}`;
    const known = this.remembered.get(key);
    if (known && known.until > this.deps.clock.now() && fitsVersion(version, known.found))
      return Promise.resolve(known.found);
    const running = this.running.get(key);
    if (running) return running;
    if (this.running.size >= MAX_AT_ONCE) return Promise.resolve({ kind: "undigested", why: "busy", left: 0 });
    const finding = this.find(version, of).finally(() => this.running.delete(key));
    this.running.set(key, finding);
    return finding;
  }

  answered(number: number, message: DigestAnswer["message"], payload: Uint8Array): void {
    const answer: DigestAnswer = message.type === "digested" ? { message, payload } : { message };
    this.questions.answered(number, message.request, answer);
  }

  /** A secondary's session is over. */
  secondaryLost(number: number): void {
    this.questions.secondaryLost(number);
  }

  private async find(version: FileVersion, of: PieceDigest): Promise<Digested | Undigested> {
    const { clock } = this.deps;
    const end = clock.now() + TOTAL_TIMEOUT_MS;
    const forTorrent = TORRENT_DIGESTS.includes(of);
    let undigested: Undigested = { kind: "undigested", why: "not held", left: 0 };
    let making = 0;
    let first: { readonly number: number; readonly found: Digested } | null = null;
    for (const { number } of this.inOrder(version)) {
      const timeout = Math.min(ANSWER_TIMEOUT_MS, end - clock.now());
      if (timeout <= 0) break;
      const answer = await this.ask(number, version, of, timeout);
      if (answer === null) continue;
      if (answer.kind === "undigested") {
        undigested = moreHopeful(undigested, answer);
        if (answer.why === "making") making += 1;
      } else if (!first) {
        first = { number, found: answer };
      } else if (sameDigests(first.found, answer)) {
        return this.remember(version, of, answer);
      } else {
        this.warn(version, `secondaries ${first.number} and ${number} have different digests of ${version.name}`);
        return { kind: "undigested", why: "disputed", left: 0 };
      }
      if (forTorrent && making + (first ? 1 : 0) === AGREEING_SECONDARIES) break;
    }
    return first && !(forTorrent && isPassing(undigested)) ? this.remember(version, of, first.found) : undigested;
  }

  private remember({ id }: FileVersion, of: PieceDigest, found: Digested): Digested {
    this.remembered.set(`${id} ${of}`, { found, until: this.deps.clock.now() + REMEMBERED_MS });
    return found;
  }

  /** Those that make digests come first. */
  private inOrder(version: FileVersion): readonly { readonly number: number }[] {
    const holders = this.deps.holdersOf(version);
    return [...holders.filter(({ http }) => http !== null), ...holders.filter(({ http }) => http === null)];
  }

  /** Null: there is no answer that can be used. */
  private async ask(
    number: number,
    version: FileVersion,
    of: PieceDigest,
    timeout: number,
  ): Promise<Digested | Undigested | null> {
    const { id, size, name } = version;
    const answer = await this.questions.ask(number, (request) => ({ type: "digests", request, id, of }), timeout);
    if (answer === null) return null;
    if (!("payload" in answer)) return { kind: "undigested", why: answer.message.why, left: answer.message.left };
    const found: Digested = { kind: "digested", sha256: answer.message.sha256, pieces: answer.payload };
    if (found.pieces.length === pieceCount(size) * DIGEST_BYTES[of] && fitsVersion(version, found)) return found;
    this.warn(version, `secondary ${number} has other digests of ${name} than others have announced, or not all`);
    return null;
  }

  private warn({ name, id }: FileVersion, text: string): void {
    const hint = "whoever is wrong lies, or has a memory or processor that fails";
    this.deps.limitedLog.warn("digest-mismatch", `${text}: ${hint}`, { name, id });
  }
}

/** Whether the whole file has the SHA-256 that was announced, where one was. */
function fitsVersion({ sha256 }: FileVersion, found: Digested): boolean {
  return sha256 === null || sha256 === found.sha256;
}

function sameDigests(one: Digested, other: Digested): boolean {
  return one.sha256 === other.sha256 && bytesEqual(one.pieces, other.pieces);
}

const HOPE: readonly Undigested["why"][] = ["not held", "disputed", "off", "busy", "making"];

/** The one after which digests are likelier to come, or come sooner. */
function moreHopeful(one: Undigested, other: Undigested): Undigested {
  const difference = HOPE.indexOf(other.why) - HOPE.indexOf(one.why);
  return difference > 0 || (difference === 0 && other.left < one.left) ? other : one;
}
