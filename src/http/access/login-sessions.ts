import { LRUCache } from "lru-cache";
import type { Random } from "../../platform/random.ts";
import { DAY_MS } from "../../platform/units.ts";

/** Sessions at once: beyond, the one that was used longest ago ends. */
const MAX_SESSIONS = 1000;
/** Sessions at once with one token: beyond, the one of it that was used longest ago ends, so that nobody ends those of others by logging in again and again. */
const MAX_OF_TOKEN = 50;
/** Milliseconds after which somebody must log in again, however long the token is good. */
const SESSION_MS = 7 * DAY_MS;
/** Random bytes of its id: nobody guesses 256 bits. */
const ID_BYTES = 32;

interface LoginSession {
  readonly token: string;
  /** When it ends: milliseconds since 1970. */
  readonly until: number;
}

/** Who has logged in with a token, and shows since then only an id that says nothing: the token itself stays here. Sans-I/O. */
export class LoginSessions {
  private readonly sessions = new LRUCache<string, LoginSession>({ max: MAX_SESSIONS });

  constructor(private readonly random: Random) {}

  /** `tokenUntil`: when the token ends. Times in milliseconds since 1970. */
  begin(token: string, tokenUntil: number, now: number): { readonly id: string; readonly until: number } {
    this.makeRoomFor(token);
    const id = Buffer.from(this.random.bytes(ID_BYTES)).toString("base64url");
    const until = Math.min(tokenUntil, now + SESSION_MS);
    this.sessions.set(id, { token, until });
    return { id, until };
  }

  /** The token by which a session was begun; null where there is none of this id any more. */
  tokenOf(id: string, now: number): string | null {
    const session = this.sessions.get(id);
    if (session && session.until > now) return session.token;
    this.sessions.delete(id);
    return null;
  }

  end(id: string): void {
    this.sessions.delete(id);
  }

  private makeRoomFor(token: string): void {
    // Those that were used last come first.
    const own = [...this.sessions.entries()].filter(([, session]) => session.token === token);
    for (const [id] of own.slice(MAX_OF_TOKEN - 1)) this.sessions.delete(id);
  }
}
